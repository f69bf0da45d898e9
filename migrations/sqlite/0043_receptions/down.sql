DROP TABLE receptions;
