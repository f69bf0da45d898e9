-- The ledger: double entry with two-phase transfers. What may happen is decided by `domain::ledger`; these tables refuse what never may.
-- Users are not referenced: the books outlive the people in them.

CREATE TABLE operations (
    id BYTEA NOT NULL PRIMARY KEY CHECK (octet_length(id) = 16),
    cause_group TEXT NOT NULL,   -- the namespace of the cause: `ledger::Group`
    cause_key TEXT NOT NULL,     -- the idempotency key within it
    hash BYTEA NOT NULL,         -- SHA-256 of its content: the same cause with other content is a conflict
    name TEXT NOT NULL,          -- `Operation::name`
    user_id BYTEA,               -- whose statement shows it
    unit TEXT NOT NULL,          -- of the two figures that follow: `money` (kopecks) or `run`
    posted BIGINT NOT NULL,      -- what it did to the wallet's posted
    reserved BIGINT NOT NULL,    -- what it did to the wallet's reserved
    reason TEXT,                 -- of an adjustment: why, in the owner's words
    actor TEXT,                  -- of an adjustment: who
    place BIGINT NOT NULL,       -- its place within its change set; orders operations of one moment
    at BIGINT NOT NULL,          -- when
    UNIQUE (cause_group, cause_key)
);
CREATE INDEX operations_by_user ON operations (user_id, at DESC, place DESC);

CREATE TABLE transfers (
    id BYTEA NOT NULL PRIMARY KEY CHECK (octet_length(id) = 16),
    operation_id BYTEA NOT NULL REFERENCES operations (id),
    debit TEXT NOT NULL,                               -- account it comes from: `wallet/<user>`, `cash/stars`, ...
    credit TEXT NOT NULL,                              -- account it goes to
    unit TEXT NOT NULL CHECK (unit IN ('money', 'run')),
    amount BIGINT NOT NULL CHECK (amount > 0),         -- kopecks or runs
    phase TEXT NOT NULL CHECK (phase IN ('posted', 'pending', 'captured', 'released')),
    resolves BYTEA UNIQUE REFERENCES transfers (id),   -- the pending transfer that it resolves: one resolution per hold
    at BIGINT NOT NULL,                                -- when
    CHECK (debit <> credit),
    CHECK ((resolves IS NOT NULL) = (phase IN ('captured', 'released')))
);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are immutable: a correction is a new operation', TG_TABLE_NAME;
END
$$;
CREATE TRIGGER operations_are_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON operations
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER transfers_are_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON transfers
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- The changing side of a pending transfer.
CREATE TABLE holds (
    id BYTEA NOT NULL PRIMARY KEY REFERENCES transfers (id), -- the pending transfer
    user_id BYTEA NOT NULL,                                  -- whose wallet
    unit TEXT NOT NULL CHECK (unit IN ('money', 'run')),
    amount BIGINT NOT NULL CHECK (amount > 0),               -- reserved
    purpose TEXT NOT NULL CHECK (purpose IN ('generation', 'payback')),
    generation_id BYTEA,                                     -- of purpose `generation`
    provider TEXT,                                           -- of purpose `payback`
    payment TEXT,                                            -- of purpose `payback`: the provider's id of the payment
    state TEXT NOT NULL CHECK (state IN ('pending', 'captured', 'released')),
    captured BIGINT NOT NULL,                                -- how much was captured
    refunded BIGINT NOT NULL,                                -- how much of that was given back since
    CHECK (captured >= 0 AND captured <= amount),
    CHECK (refunded >= 0 AND refunded <= captured),
    CHECK ((captured > 0) = (state = 'captured')),
    CHECK ((purpose = 'generation') = (generation_id IS NOT NULL)),
    CHECK ((purpose = 'payback') = (provider IS NOT NULL AND payment IS NOT NULL))
);
CREATE UNIQUE INDEX holds_of_generations ON holds (generation_id) WHERE generation_id IS NOT NULL;
CREATE UNIQUE INDEX holds_of_paybacks ON holds (provider, payment) WHERE purpose = 'payback' AND state = 'pending';

CREATE TABLE payments (
    provider TEXT NOT NULL,
    payment TEXT NOT NULL,                     -- the provider's id of it; of a bank transfer our request id
    user_id BYTEA NOT NULL,                    -- who paid
    amount BIGINT NOT NULL CHECK (amount > 0), -- credited, in kopecks
    native_amount BIGINT NOT NULL,             -- what the provider took, in its own unit
    native_currency TEXT NOT NULL,             -- that unit: `XTR`, `RUB`, ...
    at BIGINT NOT NULL,                        -- when it was credited
    refunded BOOLEAN NOT NULL,                 -- whether it was taken back
    PRIMARY KEY (provider, payment)
);

-- What users owe us: payments that were taken back after they were spent.
CREATE TABLE receivables (
    user_id BYTEA NOT NULL PRIMARY KEY,
    amount BIGINT NOT NULL CHECK (amount >= 0) -- kopecks
);

CREATE TABLE wallets (
    user_id BYTEA NOT NULL,
    unit TEXT NOT NULL CHECK (unit IN ('money', 'run')),
    posted BIGINT NOT NULL,   -- credits less debits: kopecks or runs
    reserved BIGINT NOT NULL, -- sum of the unresolved holds
    PRIMARY KEY (user_id, unit),
    CONSTRAINT wallets_never_overdrawn CHECK (reserved >= 0 AND posted >= reserved)
);
