-- What came in from Telegram, and settings that the owner changes at run time.

CREATE TABLE updates (
    bot BIGINT NOT NULL,       -- the bot's Telegram id
    update_id BIGINT NOT NULL, -- Telegram's
    tries BIGINT NOT NULL,     -- commits of this mark, the first one included
    at BIGINT NOT NULL,        -- when it was first done
    PRIMARY KEY (bot, update_id)
);
CREATE INDEX updates_by_time ON updates (at);

-- Updates that could not be taken, kept for replay.
CREATE TABLE dead_updates (
    bot BIGINT NOT NULL,       -- the bot's Telegram id
    digest BLOB NOT NULL,      -- what makes it the same again: its number if that could be read, else the body's hash
    update_id BIGINT,          -- Telegram's, if it could be read
    body BLOB NOT NULL,        -- raw
    reason TEXT NOT NULL,      -- what went wrong; no user's words
    at BIGINT NOT NULL,        -- when
    PRIMARY KEY (bot, digest)
);
CREATE INDEX dead_updates_by_time ON dead_updates (at);

CREATE TABLE settings (
    key TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL, -- JSON
    at BIGINT NOT NULL   -- when it was set
);
