-- How a generation is paid: a hold of money, a hold of a run, or the counters of free generations that it took. `hold_id` stays as it is: of a
-- free generation it keeps the generation's own id, which no hold has, so that a version that knows of holds only still reads the row.

ALTER TABLE generations ADD COLUMN paid_by TEXT NOT NULL DEFAULT 'money'
    CHECK (paid_by IN ('money', 'run', 'free'));              -- `Means::code`
ALTER TABLE generations ADD COLUMN free_day BIGINT
    CHECK ((free_day IS NOT NULL) = (paid_by = 'free'));      -- of a free one: when the day began in which it was counted
ALTER TABLE generations ADD COLUMN free_hour BIGINT
    CHECK ((free_hour IS NOT NULL) = (paid_by = 'free'));     -- the same of its clock hour
