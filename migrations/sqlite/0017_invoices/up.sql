-- What users were asked to pay. An invoice only explains a payment, so that it outlives the person as the books do.

CREATE TABLE invoices (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16), -- a provider hands it back with the payment
    user_id BLOB NOT NULL,         -- who asked for it
    provider TEXT NOT NULL,        -- who takes the money: `Provider::code`
    amount BIGINT NOT NULL,        -- what is credited, in kopecks
    native_amount BIGINT NOT NULL, -- what is to be paid, in the provider's own unit
    native_currency TEXT NOT NULL, -- that unit: `XTR`, `RUB`, ...
    state TEXT NOT NULL,           -- `InvoiceStateKind::code`
    facts TEXT NOT NULL,           -- JSON: `payment::InvoiceState` with the facts of that state
    external TEXT,                 -- the provider's id of it; stays once known, so that a late payment finds its invoice
    receipt_hash TEXT,             -- SHA-256 of the receipt's bytes; stays once known, so that a receipt is seen to come again
    payment TEXT,                  -- of a paid one: the provider's id of the payment
    credited BIGINT,               -- of a paid one: what was credited, in kopecks
    since BIGINT NOT NULL,         -- when it came into that state
    created_at BIGINT NOT NULL,    -- when it was asked for
    expires_at BIGINT NOT NULL,    -- until when it may be paid
    CHECK ((state = 'paid') = (payment IS NOT NULL AND credited IS NOT NULL))
);
CREATE INDEX invoices_by_user ON invoices (user_id, created_at DESC, id DESC);
CREATE UNIQUE INDEX invoices_by_external ON invoices (provider, external) WHERE external IS NOT NULL;
CREATE INDEX invoices_by_receipt ON invoices (receipt_hash, created_at, id) WHERE receipt_hash IS NOT NULL;
CREATE INDEX invoices_claimed ON invoices (created_at, id) WHERE state = 'claimed';
