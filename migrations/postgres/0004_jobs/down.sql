DROP TABLE singletons;
DROP SEQUENCE job_fences;
DROP TABLE jobs;
