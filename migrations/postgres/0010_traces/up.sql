-- Who was here before and was forgotten: a keyed hash of the Telegram id, which tells just that.

CREATE TABLE traces (
    hash BYTEA NOT NULL PRIMARY KEY CHECK (octet_length(hash) = 32), -- `ports::Trace`
    at BIGINT NOT NULL                                               -- when the person was last forgotten
);
