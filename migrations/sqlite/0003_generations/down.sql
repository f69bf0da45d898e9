DROP TABLE orphans;
DROP TABLE successes;
DROP TABLE generations;
