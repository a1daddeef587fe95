-- What it takes to make a root key again: of a passphrase, the parameters of Argon2id. Parameters carry a sum of their own.
-- A database of an earlier version has no row: its root key is in a file.
CREATE TABLE root_keys (
    root_key_id TEXT NOT NULL PRIMARY KEY,
    provider TEXT NOT NULL,
    parameters BLOB NOT NULL
) STRICT;

-- Has a row while secrets and rows are being moved to the newest ring key, so that this goes on after a stop.
CREATE TABLE key_rotation (
    singleton INTEGER NOT NULL PRIMARY KEY CHECK (singleton = 1)
) STRICT;

-- Ring keys are written in a second version from here on, which an earlier program cannot open.
UPDATE keyhold_schema SET version = 5, oldest_program = 5;
