-- Whom the desk shut out.

ALTER TABLE people ADD COLUMN blocked BOOLEAN NOT NULL DEFAULT FALSE; -- may only write to the support
