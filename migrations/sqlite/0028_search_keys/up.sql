-- What an owner's search compares of a person's names. Written by us, because databases differ in what they hold for lower case; what is
-- absent (of before, or by a version that does not know it) is filled in by and by.

ALTER TABLE people ADD COLUMN name_key TEXT;     -- the first name in lower case; absent: not yet filled in
ALTER TABLE people ADD COLUMN username_key TEXT; -- the username in lower case, if there is one
CREATE INDEX people_by_name ON people (name_key, user_id);
CREATE INDEX people_by_username ON people (username_key, user_id) WHERE username_key IS NOT NULL;
CREATE INDEX people_unkeyed ON people (chat_id) WHERE name_key IS NULL;
CREATE INDEX people_by_time ON people (created_at DESC, user_id DESC);
