DROP INDEX conversations_by_time;
ALTER TABLE conversations DROP COLUMN seen_at;
