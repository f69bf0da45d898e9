DROP INDEX promo_codes_by_time;
DROP INDEX people_by_origin;
DROP TABLE campaigns;
