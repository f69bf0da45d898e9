-- Which way of KIE's API a generation's task goes.

ALTER TABLE generations ADD COLUMN family TEXT NOT NULL DEFAULT 'market'; -- the catalog's name of the API family
