DROP INDEX payments_by_user;
DROP TABLE paybacks;
