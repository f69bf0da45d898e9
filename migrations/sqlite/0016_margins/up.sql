-- What successes brought beside what they cost, and the models that are not sold for now. Older successes have no such figures and are left
-- out of them.

ALTER TABLE successes ADD COLUMN quoted_credits BIGINT; -- what the price table said, in millionths of a credit; metered: the upper bound
ALTER TABLE successes ADD COLUMN earned BIGINT;         -- what the user paid, in kopecks: the settlement's capture
ALTER TABLE successes ADD COLUMN cost BIGINT;           -- what KIE took at the frozen rate, in kopecks, rounded up; absent if unknown

CREATE TABLE stops (
    model TEXT NOT NULL PRIMARY KEY, -- the catalog's id of the model
    reason TEXT NOT NULL,            -- why: `StopReason::code`
    at BIGINT NOT NULL,              -- since when it is not sold
    resumed_at BIGINT                -- since when it is sold again; its losses count from then on
);
