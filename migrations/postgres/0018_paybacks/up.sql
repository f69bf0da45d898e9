-- Payments that an owner wants to be paid back, and the list of a user's payments from which the owner takes one.

CREATE TABLE paybacks (
    action BYTEA NOT NULL PRIMARY KEY CHECK (octet_length(action) = 16), -- the owner's action: cause of the reservation, subject of the job
    provider TEXT NOT NULL, -- who took the payment
    payment TEXT NOT NULL,  -- the provider's id of it
    hold_id BYTEA NOT NULL, -- the sum that was set aside; there is no such hold if the wallet was empty
    reason TEXT NOT NULL,   -- why, in the owner's words
    actor TEXT NOT NULL,    -- who
    at BIGINT NOT NULL,     -- when it was wished
    ended TEXT,             -- `done` or `refused`; absent while it is under way
    detail TEXT,            -- of a refused one: the provider's words
    ended_at BIGINT,        -- when it ended
    CHECK ((ended IS NULL) = (ended_at IS NULL)),
    CHECK (ended IS NULL OR ended IN ('done', 'refused'))
);
CREATE INDEX payments_by_user ON payments (user_id, at);
