-- The key that signs the audit trail's checkpoints, one for each node's chain.
CREATE TABLE audit_keys (
    node TEXT NOT NULL PRIMARY KEY,
    revision INTEGER NOT NULL,
    public_key BLOB NOT NULL,
    sealed_private_key BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    mac_key_id INTEGER NOT NULL,
    mac BLOB NOT NULL
) STRICT;

-- The last signed checkpoint of each chain, as it stands in the trail: line holds its bytes, with its signature, so that
-- it can be believed without any key of the ring. A trail that was cut behind an older checkpoint is found by it.
CREATE TABLE audit_checkpoints (
    node TEXT NOT NULL PRIMARY KEY,
    sequence INTEGER NOT NULL,
    line BLOB NOT NULL
) STRICT;

-- Changes whose event is not in the trail yet, committed in the transaction of the change itself.
CREATE TABLE audit_intents (
    request_id TEXT NOT NULL PRIMARY KEY,
    revision INTEGER NOT NULL,
    begun_at INTEGER NOT NULL,
    event BLOB NOT NULL,
    mac_key_id INTEGER NOT NULL,
    mac BLOB NOT NULL
) STRICT;

-- A program that does not know the intents would change things without a trace.
UPDATE keyhold_schema SET version = 4, oldest_program = 4;
