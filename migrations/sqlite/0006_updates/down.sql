DROP TABLE settings;
DROP TABLE dead_updates;
DROP TABLE updates;
