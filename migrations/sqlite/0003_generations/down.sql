DROP TABLE orphans;
DROP TABLE generations;
