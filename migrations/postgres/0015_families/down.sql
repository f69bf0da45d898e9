ALTER TABLE generations DROP COLUMN family;
