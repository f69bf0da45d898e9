DROP TABLE free_uses;
