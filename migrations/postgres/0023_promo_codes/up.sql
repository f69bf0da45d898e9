-- Promo codes and who redeemed them.

CREATE TABLE promo_codes (
    code TEXT NOT NULL PRIMARY KEY,                            -- in upper case: `promo::normal_code`
    gift_unit TEXT NOT NULL CHECK (gift_unit IN ('money', 'run')),
    gift BIGINT NOT NULL CHECK (gift > 0),                     -- what each redemption gives: kopecks or runs
    total_max BIGINT NOT NULL,                                 -- redemptions in all
    per_user_max BIGINT NOT NULL,                              -- redemptions by one user
    expires_at BIGINT,                                         -- from then on it gives nothing; absent: never
    created_at BIGINT NOT NULL,                                -- when it was made
    used BIGINT NOT NULL,                                      -- redemptions so far
    CHECK (used >= 0 AND used <= total_max)
);

-- Users are not referenced: the books outlive the people in them.
CREATE TABLE promo_uses (
    code TEXT NOT NULL REFERENCES promo_codes (code),
    user_id BYTEA NOT NULL,                                    -- who
    uses BIGINT NOT NULL CHECK (uses > 0),                     -- redemptions by this user
    PRIMARY KEY (code, user_id)
);
