DROP TABLE singletons;
DROP TABLE job_fences;
DROP TABLE jobs;
