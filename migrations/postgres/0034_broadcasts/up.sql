-- One text to many users, and whom it reached.

CREATE TABLE broadcasts (
    id BYTEA NOT NULL PRIMARY KEY CHECK (octet_length(id) = 16),
    text TEXT NOT NULL,             -- the words; empty only under a picture
    photo TEXT,                     -- Telegram's id of a picture above them
    segment TEXT NOT NULL,          -- to whom: `Segment::code`
    audience BIGINT NOT NULL,       -- how many they were when the segment was chosen or it was started
    state TEXT NOT NULL,            -- `BroadcastState::code`
    cursor_user BYTEA,              -- everybody of the segment up to this user was taken; absent: nobody
    taken BIGINT NOT NULL,          -- how many were taken
    sent BIGINT NOT NULL,           -- how many of them Telegram has sent to
    blocked BIGINT NOT NULL,        -- how many of them are gone
    failed BIGINT NOT NULL,         -- for how many of them Telegram refused it
    unknown BIGINT NOT NULL,        -- of how many of them nobody knows, since a process or an answer was lost
    created_at BIGINT NOT NULL,     -- when it was written
    started_at BIGINT,              -- when it was started; who came later gets nothing
    ended_at BIGINT,                -- when it was done or cancelled
    CHECK (text <> '' OR photo IS NOT NULL),
    CHECK (sent >= 0 AND blocked >= 0 AND failed >= 0 AND unknown >= 0),
    CHECK (sent + blocked + failed + unknown <= taken)
);
CREATE INDEX broadcasts_by_time ON broadcasts (created_at DESC, id DESC);
-- Two at once would break Telegram's pace.
CREATE UNIQUE INDEX broadcasts_one_sending ON broadcasts (state) WHERE state = 'sending';

-- Users are not referenced: who deletes their data is still one of those who were sent to.
CREATE TABLE broadcast_targets (
    broadcast_id BYTEA NOT NULL REFERENCES broadcasts (id),
    user_id BYTEA NOT NULL,         -- to whom
    outcome TEXT,                   -- `Outcome::code`; absent: taken, and being sent to
    PRIMARY KEY (broadcast_id, user_id)
);
CREATE INDEX broadcast_targets_open ON broadcast_targets (broadcast_id) WHERE outcome IS NULL;
