ALTER TABLE generations DROP COLUMN free_hour;
ALTER TABLE generations DROP COLUMN free_day;
ALTER TABLE generations DROP COLUMN paid_by;
