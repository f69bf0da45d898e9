DROP INDEX operations_by_generation;
ALTER TABLE operations DROP COLUMN generation_id;
