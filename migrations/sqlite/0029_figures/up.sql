-- The figures of days that are over, so that nobody computes them again; and the orders in which those of the others are found.

CREATE TABLE report_days (
    begins_at BIGINT NOT NULL,   -- when the day began in the owner's time zone
    ends_at BIGINT NOT NULL,     -- when the day after it began
    new_users BIGINT NOT NULL,   -- users who came for the first time
    paid_in BIGINT NOT NULL,     -- what payments brought, in kopecks
    paid_back BIGINT NOT NULL,   -- what of payments went back, in kopecks
    given BIGINT NOT NULL,       -- bonuses of money, in kopecks
    PRIMARY KEY (begins_at, ends_at),
    CHECK (begins_at < ends_at)
);

-- The same day by model; only models with any figure.
CREATE TABLE report_models (
    begins_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    model TEXT NOT NULL,         -- the catalog's id of the model; empty: of generations that their movements do not name
    ordered BIGINT NOT NULL,     -- generations that were confirmed
    succeeded BIGINT NOT NULL,   -- with a result
    failed BIGINT NOT NULL,      -- without one
    cancelled BIGINT NOT NULL,   -- taken back by their users
    captured BIGINT NOT NULL,    -- in kopecks
    refunded BIGINT NOT NULL,    -- given back of captures, in kopecks
    cost BIGINT NOT NULL,        -- what KIE took for the successes, in kopecks
    costless BIGINT NOT NULL,    -- successes of which KIE did not say what it took
    waits TEXT NOT NULL,         -- JSON: `figures::Waits`, from confirm to success
    PRIMARY KEY (begins_at, ends_at, model),
    FOREIGN KEY (begins_at, ends_at) REFERENCES report_days (begins_at, ends_at)
);

CREATE INDEX users_by_time ON users (created_at);
CREATE INDEX generations_by_time ON generations (created_at, model);
CREATE INDEX generations_in_vain ON generations (since, model, state) WHERE state IN ('failed', 'cancelled');
CREATE INDEX transfers_by_time ON transfers (at);
