-- Generations, and the tasks at KIE that nobody waits for any more.

CREATE TABLE generations (
    id BYTEA NOT NULL PRIMARY KEY CHECK (octet_length(id) = 16), -- minted with the draft
    user_id BYTEA NOT NULL,            -- who ordered it
    chat_id BIGINT NOT NULL,           -- where it is delivered
    model TEXT NOT NULL,               -- the catalog's id of the model
    inputs TEXT NOT NULL,              -- JSON: the frozen inputs
    quote TEXT NOT NULL,               -- JSON: the price that was confirmed, with everything it was made of
    price BIGINT NOT NULL,             -- the quote's price in kopecks: nobody is charged more
    hold_id BYTEA NOT NULL,            -- the reservation
    token TEXT NOT NULL UNIQUE,        -- authenticates KIE's callback
    state TEXT NOT NULL,               -- `StateKind::code`
    facts TEXT NOT NULL,               -- JSON: `generation::State` with the facts of that state
    since BIGINT NOT NULL,             -- when it came into that state
    created_at BIGINT NOT NULL,        -- when it was confirmed
    relinked BOOLEAN NOT NULL,         -- whether its inputs were uploaded a second time
    progress_message BIGINT,           -- the Telegram message that shows its progress
    task_id TEXT UNIQUE                -- KIE's task, the last one that it was bound to
);
CREATE INDEX generations_by_user ON generations (user_id, created_at DESC, id DESC);
CREATE INDEX generations_live ON generations (state, created_at, id) WHERE state IN ('queued', 'submitting', 'running');
CREATE INDEX generations_by_hold ON generations (hold_id);

-- What KIE's successes took: for usual durations and for the margin per model.
CREATE TABLE successes (
    generation_id BYTEA NOT NULL PRIMARY KEY,
    model TEXT NOT NULL,        -- the catalog's id of the model
    metered BOOLEAN NOT NULL,   -- whether the price was an upper bound, and the true cost decided
    cost_credits BIGINT,        -- what KIE took, in millionths of a credit, if it said
    took_ms BIGINT NOT NULL,    -- from createTask to the end, in milliseconds
    at BIGINT NOT NULL          -- when the success was recorded
);
CREATE INDEX successes_by_model ON successes (model, at DESC);

-- Tasks that KIE may have made or finished without us: the owner's list.
CREATE TABLE orphans (
    generation_id BYTEA NOT NULL PRIMARY KEY,
    task_id TEXT,            -- KIE's task, once known
    late_results TEXT,       -- JSON: what KIE made after all, once known
    reason TEXT NOT NULL,    -- why it is listed
    at BIGINT NOT NULL       -- since when
);
CREATE INDEX orphans_by_task ON orphans (task_id) WHERE task_id IS NOT NULL;
CREATE INDEX orphans_by_time ON orphans (at DESC);
