DROP INDEX successes_by_time;
DROP INDEX generations_by_user_and_model;
