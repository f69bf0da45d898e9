ALTER TABLE people DROP COLUMN blocked;
