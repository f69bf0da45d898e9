-- What the desk is told of, so that each thing is told once in a while, whoever looks and however often the process starts.

CREATE TABLE alerts (
    kind TEXT NOT NULL,       -- `AlertKind::code`
    subject TEXT NOT NULL,    -- of what: a model; empty where there is only one of the kind
    level TEXT NOT NULL,      -- `Level::code`, as it was seen last
    first_at BIGINT NOT NULL, -- since when it is (or was) open
    last_at BIGINT NOT NULL,  -- when it was seen last
    told_at BIGINT,           -- when the desk was told last
    muted_until BIGINT,       -- the desk wants to hear nothing of it until then
    open BOOLEAN NOT NULL,    -- whether it goes on
    version BIGINT NOT NULL,  -- grows by one with each change
    PRIMARY KEY (kind, subject)
);
