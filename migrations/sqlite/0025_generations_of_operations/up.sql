-- Which generation an operation is about: what a statement names, and what a receipt is made of. The rows of an older version are told by
-- their hold, a refund that a lost result made by itself by its cause; an owner's refund of before stays untold, as does what a version that
-- does not know the column writes beside this one.

ALTER TABLE operations ADD COLUMN generation_id BLOB; -- the generation that it is about; absent if it is about none, or nothing tells

-- Only for this: what is filled in was true from the start, and no figure changes.
DROP TRIGGER operations_refuse_update;
UPDATE operations SET generation_id = h.generation_id
FROM transfers AS t JOIN holds AS h ON h.id = COALESCE(t.resolves, t.id)
WHERE t.operation_id = operations.id AND h.generation_id IS NOT NULL;
UPDATE operations SET generation_id = h.generation_id
FROM holds AS h
WHERE h.generation_id IS NOT NULL AND operations.cause_group = 'refund_generation'
    AND operations.cause_key = lower(hex(h.generation_id));
-- contract: it refuses what it refused before.
CREATE TRIGGER operations_refuse_update BEFORE UPDATE ON operations
BEGIN
    SELECT RAISE(ABORT, 'rows of operations are immutable: a correction is a new operation');
END;

CREATE INDEX operations_by_generation ON operations (generation_id, at) WHERE generation_id IS NOT NULL;
