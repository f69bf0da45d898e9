-- How often a user had a model for nothing in a window. A row is counted up within the limit only, and down when nothing came of a generation.
-- Rows stay as long as generations do: each of them equals the fold of the generations that were counted in it.

CREATE TABLE free_uses (
    user_id BLOB NOT NULL,                                -- who
    kind TEXT NOT NULL CHECK (kind IN ('day', 'hour')),   -- which window: a day in the owner's time zone, or a clock hour
    begins_at BIGINT NOT NULL,                            -- when the window began
    model TEXT NOT NULL,                                  -- the catalog's id of the model
    uses BIGINT NOT NULL CHECK (uses >= 0),               -- generations that were counted and not given back
    PRIMARY KEY (user_id, kind, begins_at, model)
);
