-- What providers' own lists say, beside what we credited.

CREATE TABLE provider_records (
    provider TEXT NOT NULL,
    payment TEXT NOT NULL,         -- the provider's id of the payment; a payment and its return share it
    is_refund BOOLEAN NOT NULL,    -- whether it went back
    native_amount BIGINT NOT NULL, -- how much, in the provider's own unit
    native_currency TEXT NOT NULL, -- that unit: `XTR`, ...
    payer BIGINT,                  -- the payer's chat, if the provider says; goes with the person
    payload TEXT NOT NULL,         -- our invoice's id, as the provider handed it back
    at BIGINT NOT NULL,            -- when, by the provider's clock
    PRIMARY KEY (provider, payment, is_refund)
);
CREATE INDEX provider_records_by_time ON provider_records (at);
CREATE INDEX provider_records_by_payer ON provider_records (payer) WHERE payer IS NOT NULL;

-- How far each list was read.
CREATE TABLE reconciliations (
    provider TEXT NOT NULL PRIMARY KEY,
    asked_at BIGINT NOT NULL -- when it was asked for last: everything that was paid before is in it
);
