-- Models that failed too often and are not sold for a while; each one's last rest. It ends by its time. A table of its own beside `stops`:
-- a version that does not know of rests goes on to sell such a model, and its stops, which last until somebody ends them, stay what they are.

CREATE TABLE rests (
    model TEXT NOT NULL PRIMARY KEY, -- the catalog's id of the model
    at BIGINT NOT NULL,              -- since when it is not sold
    until BIGINT NOT NULL,           -- until when; its ends count from then on
    repeats BIGINT NOT NULL,         -- how many rests went before it, each soon after the other
    failed BIGINT NOT NULL,          -- so many of its last orders failed
    looked_at BIGINT NOT NULL,       -- of so many
    ended_at BIGINT                  -- when somebody at the desk ended it before its time
);
