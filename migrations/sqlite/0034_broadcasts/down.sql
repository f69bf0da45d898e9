DROP TABLE broadcast_targets;
DROP TABLE broadcasts;
