-- Links that tell where people come from.

CREATE TABLE campaigns (
    name TEXT NOT NULL PRIMARY KEY, -- as the link has it, after `c_`: `campaign::normal_name`
    note TEXT,                      -- what it is about
    created_at BIGINT NOT NULL      -- when it was made
);
CREATE INDEX campaigns_by_time ON campaigns (created_at DESC, name);
CREATE INDEX people_by_origin ON people (origin) WHERE origin IS NOT NULL;
CREATE INDEX promo_codes_by_time ON promo_codes (created_at DESC, code);
