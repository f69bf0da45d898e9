-- Who was here before and was forgotten: a keyed hash of the Telegram id, which tells just that.

CREATE TABLE traces (
    hash BLOB NOT NULL PRIMARY KEY CHECK (length(hash) = 32), -- `ports::Trace`
    at BIGINT NOT NULL                                        -- when the person was last forgotten
);
