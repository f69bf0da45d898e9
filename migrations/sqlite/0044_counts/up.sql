-- Counts over all people that would take too long while somebody waits: counted again and again by one instance, and kept.

CREATE TABLE kept_counts (
    name TEXT NOT NULL PRIMARY KEY, -- of what: `segment/` and `Segment::code`, `campaign/` and its name
    figures TEXT NOT NULL,          -- JSON: `rows::Counts`
    at BIGINT NOT NULL              -- when they were counted
);
