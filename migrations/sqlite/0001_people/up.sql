-- People and what the bot is talking about with them.
-- Conventions of all tables: ids are 16 bytes, times are microseconds since 1970-01-01 UTC, JSON is kept as text.

CREATE TABLE users (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16),        -- ours and random; stays when the person is deleted
    created_at BIGINT NOT NULL                            -- first seen
);

-- The only rows that link a user to somebody at Telegram; deletable.
CREATE TABLE people (
    chat_id BIGINT NOT NULL PRIMARY KEY,                  -- Telegram's id of the private chat and of the person in it
    user_id BLOB NOT NULL UNIQUE REFERENCES users (id),   -- ours
    first_name TEXT NOT NULL,                             -- as Telegram shows it
    username TEXT,                                        -- without @
    language TEXT NOT NULL,                               -- `ru` or `en`
    gone BOOLEAN NOT NULL,                                -- blocked the bot, or the account is gone
    created_at BIGINT NOT NULL                            -- first seen
);

CREATE TABLE conversations (
    user_id BLOB NOT NULL PRIMARY KEY REFERENCES users (id),
    version BIGINT NOT NULL CHECK (version >= 0), -- grows by one with each commit; 0 = never written
    body TEXT NOT NULL,                           -- JSON of the app's; empty at version 0
    window_message BIGINT                         -- the Telegram message that is the window, if one was sent
);
