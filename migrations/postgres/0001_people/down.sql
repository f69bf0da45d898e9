DROP TABLE conversations;
DROP TABLE people;
DROP TABLE users;
