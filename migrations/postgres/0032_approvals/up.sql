-- Large credits by hand that wait, or waited, for another owner.

CREATE TABLE approvals (
    id BYTEA NOT NULL PRIMARY KEY CHECK (octet_length(id) = 16), -- also the cause of the credit
    asked_by BIGINT NOT NULL,                  -- Telegram's id of who wants it
    user_id BYTEA NOT NULL,                    -- to whom; the books outlive the people in them
    amount BIGINT NOT NULL CHECK (amount > 0), -- in kopecks
    reason TEXT NOT NULL,                      -- why
    at BIGINT NOT NULL,                        -- when it was asked for
    granted BOOLEAN,                           -- how another owner decided; absent while it waits
    decided_by BIGINT,                         -- who decided
    decided_at BIGINT,                         -- when
    CHECK ((granted IS NULL) = (decided_by IS NULL)),
    CHECK ((granted IS NULL) = (decided_at IS NULL)),
    CHECK (decided_by <> asked_by)
);
CREATE INDEX approvals_waiting ON approvals (at) WHERE granted IS NULL;
