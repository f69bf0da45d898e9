-- The order in which due jobs are claimed. A version that does not know of turns leaves them too early, which only lets its jobs go first.

ALTER TABLE jobs ADD COLUMN turn_at BIGINT NOT NULL DEFAULT 0; -- as what it counts among due jobs: `run_at` and what it yields
ALTER TABLE jobs ADD COLUMN again_turn_at BIGINT;              -- the same for `again_at`
UPDATE jobs SET turn_at = run_at, again_turn_at = again_at;
CREATE INDEX jobs_in_turn ON jobs (turn_at, kind, subject, run_at);
