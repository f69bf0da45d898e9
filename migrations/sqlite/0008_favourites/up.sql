-- The models that people keep. They belong to a person and go with the person.

CREATE TABLE favourites (
    user_id BLOB NOT NULL REFERENCES people (user_id), -- whose
    model TEXT NOT NULL,                               -- the catalog's id of the model
    at BIGINT NOT NULL,                                -- since when it is kept
    PRIMARY KEY (user_id, model)
);
