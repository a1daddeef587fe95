-- The key that signs the audit trail's checkpoints, one for each node's chain.
CREATE TABLE audit_keys (
    node text COLLATE "C" NOT NULL PRIMARY KEY,
    revision bigint NOT NULL,
    public_key bytea NOT NULL,
    sealed_private_key bytea NOT NULL,
    created_at bigint NOT NULL,
    mac_key_id bigint NOT NULL,
    mac bytea NOT NULL
);

-- The last signed checkpoint of each chain, as it stands in the trail: line holds its bytes, with its signature, so that
-- it can be believed without any key of the ring. A trail that was cut behind an older checkpoint is found by it.
CREATE TABLE audit_checkpoints (
    node text COLLATE "C" NOT NULL PRIMARY KEY,
    sequence bigint NOT NULL,
    line bytea NOT NULL
);

-- Changes whose event is not in the trail yet, committed in the transaction of the change itself.
CREATE TABLE audit_intents (
    request_id text COLLATE "C" NOT NULL PRIMARY KEY,
    revision bigint NOT NULL,
    begun_at bigint NOT NULL,
    event bytea NOT NULL,
    mac_key_id bigint NOT NULL,
    mac bytea NOT NULL
);

-- A program that does not know the intents would change things without a trace.
UPDATE keyhold_schema SET version = 4, oldest_program = 4;
