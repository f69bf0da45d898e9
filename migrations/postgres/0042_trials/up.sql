-- Models at the owner's desk: what was made there to try one, and how a single model does.

ALTER TABLE generations ADD COLUMN trial BOOLEAN NOT NULL DEFAULT FALSE; -- made to try the model, at the shop's cost: with a run given for it

-- The margins of one model over a time, read from the index alone.
CREATE INDEX successes_margins ON successes (model, at) INCLUDE (metered, quoted_credits, cost_credits, earned, cost);
