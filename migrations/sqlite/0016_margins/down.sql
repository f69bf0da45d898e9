DROP TABLE stops;
ALTER TABLE successes DROP COLUMN cost;
ALTER TABLE successes DROP COLUMN earned;
ALTER TABLE successes DROP COLUMN quoted_credits;
