-- At how many days before its end it was last said that a member of a certificate's chain expires: once each, whichever
-- node says it and however often it is started.
CREATE TABLE expiry_notices (
    certificate_id TEXT NOT NULL REFERENCES certificates (certificate_id) ON DELETE CASCADE,
    sha256 BLOB NOT NULL,
    revision INTEGER NOT NULL,
    days INTEGER NOT NULL,
    said_at INTEGER NOT NULL,
    mac_key_id INTEGER NOT NULL,
    mac BLOB NOT NULL,
    PRIMARY KEY (certificate_id, sha256)
) STRICT;

-- An earlier program would retire a data key that these rows are under, and takes an intent with a node for tampered.
UPDATE keyhold_schema SET version = 7, oldest_program = 7;
