-- A pause of all selling, shared by all instances: it begins when KIE takes no orders, and ends by itself. One row, kept after its end, since
-- what comes back soon goes on where it was.

CREATE TABLE pauses (
    name TEXT NOT NULL PRIMARY KEY, -- of what: always 'selling'
    reason TEXT NOT NULL,           -- why: `PauseReason::code`
    since BIGINT NOT NULL,          -- since when it goes on, or went on
    until BIGINT NOT NULL,          -- from then on it is tried again: KIE is asked, or one order goes through
    tries BIGINT NOT NULL,          -- how often a try failed, and how often it came back soon after its end
    ended_at BIGINT,                -- when it ended; absent: it goes on
    version BIGINT NOT NULL         -- grows by one with each change
);
