-- Which models a user ordered last, and which ones people really make.

CREATE INDEX generations_by_user_and_model ON generations (user_id, model, created_at);
CREATE INDEX successes_by_time ON successes (at, model);
