DROP INDEX jobs_in_turn;
ALTER TABLE jobs DROP COLUMN again_turn_at;
ALTER TABLE jobs DROP COLUMN turn_at;
