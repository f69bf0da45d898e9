-- How the last generations ended, of all users: whether a model fails too often.

CREATE INDEX generations_ended ON generations (since) WHERE state IN ('succeeded', 'delivered', 'undeliverable', 'failed');
