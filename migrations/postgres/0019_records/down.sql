DROP TABLE reconciliations;
DROP TABLE provider_records;
