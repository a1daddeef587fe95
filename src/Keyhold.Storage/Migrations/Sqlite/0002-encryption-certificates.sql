-- The second certificate of an SM2 pair, with a key of its own: what is encrypted to its owner goes to this key.
CREATE TABLE encryption_certificates (
    certificate_id TEXT NOT NULL PRIMARY KEY REFERENCES certificates (certificate_id) ON DELETE CASCADE,
    revision INTEGER NOT NULL,
    serial TEXT NOT NULL,
    not_before INTEGER NOT NULL,
    not_after INTEGER NOT NULL,
    sha256 BLOB NOT NULL,
    imported_at INTEGER NOT NULL,
    warnings TEXT NOT NULL,
    certificate TEXT NOT NULL,
    certificate_chain TEXT NOT NULL,
    public_key BLOB NOT NULL,
    sealed_private_key BLOB NOT NULL,
    mac_key_id INTEGER NOT NULL,
    mac BLOB NOT NULL
) STRICT;

-- Which encryption certificate belongs here, under this row's mac: a missing or exchanged one is noticed. Null, as in all
-- rows so far, adds nothing to the canonical form, so that their macs stay good.
ALTER TABLE certificates ADD COLUMN encryption_sha256 BLOB;

-- A program that knows only version 1 would encrypt to the signing key where there is an encryption key.
UPDATE keyhold_schema SET version = 2, oldest_program = 2;
