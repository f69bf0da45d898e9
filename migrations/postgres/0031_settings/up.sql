-- A setting that is changed by two at once is changed by one of them. `value` is JSON of the setting's kind, or `null`: the configuration's holds.
-- Who set what and when stands in the audit log.

ALTER TABLE settings ADD COLUMN version BIGINT NOT NULL DEFAULT 1; -- grows by one with each change
