-- Who works at the owner's desk, and what was done there. The owners that the configuration names stand in no row.

CREATE TABLE staff (
    chat_id BIGINT NOT NULL PRIMARY KEY,                            -- Telegram's id of the person
    role TEXT NOT NULL CHECK (role IN ('owner', 'manager', 'support')),
    since BIGINT NOT NULL                                           -- appointed, or given this role
);

CREATE TABLE audit_log (
    id BYTEA NOT NULL PRIMARY KEY CHECK (octet_length(id) = 16), -- ordered by time
    actor BIGINT NOT NULL,        -- Telegram's id of who did it
    role TEXT NOT NULL,           -- as what
    standing TEXT NOT NULL CHECK (standing IN ('configured', 'appointed')), -- by whose word
    deed TEXT NOT NULL,           -- `Deed::code`
    subject TEXT NOT NULL,        -- to whom or what
    before TEXT,                  -- what it was
    after TEXT,                   -- what it became
    reason TEXT,                  -- why, in the actor's words
    at BIGINT NOT NULL            -- when
);
CREATE INDEX audit_log_by_time ON audit_log (at DESC, id DESC);
CREATE INDEX audit_log_by_subject ON audit_log (subject, at DESC, id DESC);
CREATE INDEX audit_log_by_actor ON audit_log (actor, at DESC, id DESC);
CREATE TRIGGER audit_log_is_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
