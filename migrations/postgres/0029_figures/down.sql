DROP INDEX transfers_by_time;
DROP INDEX generations_in_vain;
DROP INDEX generations_by_time;
DROP INDEX users_by_time;
DROP TABLE report_models;
DROP TABLE report_days;
