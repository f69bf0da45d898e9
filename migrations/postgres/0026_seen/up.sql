-- When people did something last, by the hour: within an hour a conversation's row changes no index. Of before it is kept what is known
-- otherwise: when they came, and what they ordered. A version that does not know the column leaves it as it is.

ALTER TABLE conversations ADD COLUMN seen_at BIGINT NOT NULL DEFAULT 0; -- the hour of the last commit; 0: not since it is kept
UPDATE conversations SET seen_at = (
    SELECT MAX(known.at - known.at % 3600000000)
    FROM (
        SELECT u.created_at AS at FROM users u WHERE u.id = conversations.user_id
        UNION ALL
        SELECT g.created_at FROM generations g WHERE g.user_id = conversations.user_id
    ) AS known
);
CREATE INDEX conversations_by_time ON conversations (seen_at);
