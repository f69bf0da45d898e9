-- How far users have come since they came: the first order and the first payment. Noted by the database itself beside the row that is the
-- step, so that it costs no round trip, and a version that does not know of it notes it, too.

CREATE TABLE first_steps (
    user_id BLOB NOT NULL REFERENCES users (id), -- whose
    step TEXT NOT NULL CHECK (step IN ('order', 'payment')),
    came_at BIGINT NOT NULL,                      -- when the user came for the first time
    PRIMARY KEY (user_id, step)
);
CREATE INDEX first_steps_by_time ON first_steps (step, came_at);

INSERT INTO first_steps (user_id, step, came_at)
SELECT u.id, 'order', u.created_at FROM users u WHERE EXISTS (SELECT 1 FROM generations g WHERE g.user_id = u.id);
INSERT INTO first_steps (user_id, step, came_at)
SELECT u.id, 'payment', u.created_at FROM users u WHERE EXISTS (SELECT 1 FROM payments p WHERE p.user_id = u.id);

CREATE TRIGGER first_orders_are_noted AFTER INSERT ON generations
BEGIN
    INSERT INTO first_steps (user_id, step, came_at)
    SELECT u.id, 'order', u.created_at FROM users u
    WHERE u.id = NEW.user_id
        AND NOT EXISTS (SELECT 1 FROM first_steps f WHERE f.user_id = NEW.user_id AND f.step = 'order');
END;
CREATE TRIGGER first_payments_are_noted AFTER INSERT ON payments
BEGIN
    INSERT INTO first_steps (user_id, step, came_at)
    SELECT u.id, 'payment', u.created_at FROM users u
    WHERE u.id = NEW.user_id
        AND NOT EXISTS (SELECT 1 FROM first_steps f WHERE f.user_id = NEW.user_id AND f.step = 'payment');
END;
