-- The log that the desk reads. It is no record of money or deeds (those are never removed): old events are.

CREATE TABLE events (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16), -- orders those of one moment
    at BIGINT NOT NULL,      -- when
    level SMALLINT NOT NULL, -- `EventLevel::number`: it grows with what it matters
    target TEXT NOT NULL,    -- the place in the code
    message TEXT NOT NULL,   -- in words; no secret, no prompt, no address of a file
    fields TEXT NOT NULL,    -- JSON: its further fields
    correlation TEXT,        -- the update, callback or job in which it happened
    user_id TEXT,            -- of whom, as ids are written
    generation_id TEXT       -- of which generation, as ids are written
);
CREATE INDEX events_by_time ON events (at DESC, id DESC);
CREATE INDEX events_by_level ON events (level, at DESC, id DESC);
CREATE INDEX events_by_correlation ON events (correlation, at DESC) WHERE correlation IS NOT NULL;
CREATE INDEX events_by_user ON events (user_id, at DESC) WHERE user_id IS NOT NULL;
CREATE INDEX events_by_generation ON events (generation_id, at DESC) WHERE generation_id IS NOT NULL;
