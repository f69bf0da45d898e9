-- Files that users gave as inputs. They belong to a person and go with the person.

CREATE TABLE input_files (
    id BLOB NOT NULL PRIMARY KEY CHECK (length(id) = 16), -- drafts name it by this
    user_id BLOB NOT NULL REFERENCES people (user_id),    -- whose
    source TEXT NOT NULL,                                 -- JSON: `ports::InputSource`, where its bytes come from
    state TEXT NOT NULL,                                  -- JSON: `ports::InputState`, what became of it
    at BIGINT NOT NULL                                    -- when it came
);
CREATE INDEX input_files_by_user ON input_files (user_id);
CREATE INDEX input_files_by_time ON input_files (at);
