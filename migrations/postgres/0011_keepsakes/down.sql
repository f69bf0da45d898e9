DROP TABLE keepsakes;
