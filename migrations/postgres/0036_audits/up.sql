-- The audits that ran, by the night's worker or by the command line: the desk shows the last one.

CREATE TABLE audits (
    at BIGINT NOT NULL PRIMARY KEY, -- when it ended
    took_ms BIGINT NOT NULL,        -- how long it took, in milliseconds
    checked BIGINT NOT NULL,        -- how many rows it looked at
    findings TEXT NOT NULL          -- JSON: one text per offending row, at most 100; an empty list = the books are sound
);
