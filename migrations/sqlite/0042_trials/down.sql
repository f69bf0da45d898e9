DROP INDEX successes_margins;
ALTER TABLE generations DROP COLUMN trial;
