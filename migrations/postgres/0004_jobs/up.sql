-- Durable work under leases, and leases on things of which there is one.

CREATE TABLE jobs (
    kind TEXT NOT NULL,         -- `JobKind::code`
    subject BYTEA NOT NULL,     -- the id that the kind speaks of
    run_at BIGINT NOT NULL,     -- when it is due; of a claimed job: when it was due
    again_at BIGINT,            -- the earliest time for which it was scheduled since it was claimed
    lease_owner TEXT,           -- the instance that works on it
    lease_until BIGINT,         -- when its claim runs out
    fence BIGINT NOT NULL,      -- the number of its last claim; fits only the claim that is alive
    revision BIGINT NOT NULL,   -- grows with each scheduling
    attempts BIGINT NOT NULL,   -- claims since the last progress
    PRIMARY KEY (kind, subject),
    CHECK ((lease_owner IS NULL) = (lease_until IS NULL))
);
CREATE INDEX jobs_due ON jobs (run_at) WHERE lease_until IS NULL;
CREATE INDEX jobs_leased ON jobs (lease_until) WHERE lease_until IS NOT NULL;

-- Fencing numbers grow over all jobs, so that a job that was removed and scheduled anew never fits an old claim.
CREATE SEQUENCE job_fences;

CREATE TABLE singletons (
    name TEXT NOT NULL PRIMARY KEY, -- `poller`, ...
    owner TEXT NOT NULL,            -- the instance that holds it
    until BIGINT NOT NULL           -- when the lease runs out
);
