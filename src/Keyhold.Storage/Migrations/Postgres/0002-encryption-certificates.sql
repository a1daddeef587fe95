-- The second certificate of an SM2 pair, with a key of its own: what is encrypted to its owner goes to this key.
CREATE TABLE encryption_certificates (
    certificate_id text COLLATE "C" NOT NULL PRIMARY KEY REFERENCES certificates (certificate_id) ON DELETE CASCADE,
    revision bigint NOT NULL,
    serial text COLLATE "C" NOT NULL,
    not_before bigint NOT NULL,
    not_after bigint NOT NULL,
    sha256 bytea NOT NULL,
    imported_at bigint NOT NULL,
    warnings text COLLATE "C" NOT NULL,
    certificate text COLLATE "C" NOT NULL,
    certificate_chain text COLLATE "C" NOT NULL,
    public_key bytea NOT NULL,
    sealed_private_key bytea NOT NULL,
    mac_key_id bigint NOT NULL,
    mac bytea NOT NULL
);

-- Which encryption certificate belongs here, under this row's mac: a missing or exchanged one is noticed. Null, as in all
-- rows so far, adds nothing to the canonical form, so that their macs stay good.
ALTER TABLE certificates ADD COLUMN encryption_sha256 bytea;

-- A program that knows only version 1 would encrypt to the signing key where there is an encryption key.
UPDATE keyhold_schema SET version = 2, oldest_program = 2;
