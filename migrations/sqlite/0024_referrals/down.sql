DROP TABLE referral_days;
DROP TABLE referrals;
