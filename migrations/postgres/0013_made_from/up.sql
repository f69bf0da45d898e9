-- What a generation was made from.

ALTER TABLE generations ADD COLUMN made_from BYTEA; -- the own earlier generation whose result went into it
