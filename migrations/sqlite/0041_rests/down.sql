DROP TABLE rests;
