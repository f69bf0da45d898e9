DROP INDEX people_by_time;
DROP INDEX people_unkeyed;
DROP INDEX people_by_username;
DROP INDEX people_by_name;
ALTER TABLE people DROP COLUMN username_key;
ALTER TABLE people DROP COLUMN name_key;
