-- Who brought whom, and how many rewards a day brought. Users are not referenced: the books outlive the people in them.

CREATE TABLE referrals (
    invited BLOB NOT NULL PRIMARY KEY,                         -- who came; once, for ever
    inviter BLOB NOT NULL,                                     -- who brought them
    at BIGINT NOT NULL,                                        -- when they came
    rewarded_at BIGINT,                                        -- when their first payment was rewarded
    reward_day BIGINT,                                         -- when the inviter's day began that counts it; absent: only who came got something
    CHECK (invited <> inviter),
    CHECK (reward_day IS NULL OR rewarded_at IS NOT NULL)
);
CREATE INDEX referrals_by_inviter ON referrals (inviter);

CREATE TABLE referral_days (
    inviter BLOB NOT NULL,                                     -- who brought others
    day BIGINT NOT NULL,                                       -- when the day began in the owner's time zone
    rewards BIGINT NOT NULL CHECK (rewards > 0),               -- rewards to the inviter that it brought
    PRIMARY KEY (inviter, day)
);
