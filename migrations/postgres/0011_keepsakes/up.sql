-- Random values that all instances share and that outlive every token, such as the key of the traces.

CREATE TABLE keepsakes (
    name TEXT NOT NULL PRIMARY KEY,
    value BYTEA NOT NULL CHECK (octet_length(value) = 32) -- secret; written once
);
