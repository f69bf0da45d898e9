-- Durable messages: sent until Telegram took them, in order per user.

CREATE TABLE message_numbers (
    user_id BYTEA NOT NULL PRIMARY KEY,
    last BIGINT NOT NULL -- the number of the user's newest message
);

CREATE TABLE messages (
    id BYTEA NOT NULL PRIMARY KEY CHECK (octet_length(id) = 16),
    user_id BYTEA NOT NULL,      -- to whom
    number BIGINT NOT NULL,      -- its place among the user's messages, from 1
    generation_id BYTEA,         -- the generation whose result it is
    body TEXT NOT NULL,          -- JSON of the app's
    at BIGINT NOT NULL,          -- when it was created
    ended TEXT,                  -- `sent` or `refused`, once it has ended
    ended_at BIGINT,             -- when it ended
    UNIQUE (user_id, number)
);
CREATE INDEX messages_to_send ON messages (user_id, number) WHERE ended IS NULL;
CREATE INDEX messages_of_generations ON messages (generation_id) WHERE generation_id IS NOT NULL;

-- Parts of messages that have a definite outcome.
CREATE TABLE message_parts (
    message_id BYTEA NOT NULL REFERENCES messages (id),
    part BIGINT NOT NULL,        -- from 0
    message_ids TEXT,            -- sent: JSON list of the Telegram messages that it became
    files TEXT,                  -- sent: JSON list of the files as Telegram keeps them
    refused_reason TEXT,         -- refused: Telegram's words
    at BIGINT NOT NULL,          -- when the outcome was noted
    PRIMARY KEY (message_id, part),
    CHECK ((refused_reason IS NULL) = (message_ids IS NOT NULL AND files IS NOT NULL))
);
