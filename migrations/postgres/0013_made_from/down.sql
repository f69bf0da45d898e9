ALTER TABLE generations DROP COLUMN made_from;
