-- Texts compare and sort by their bytes, as in SQLite, whatever the database's own collation is.
-- The newest schema version this database has, and the oldest program (by its own schema version) that may use it.
CREATE TABLE keyhold_schema (
    singleton bigint NOT NULL PRIMARY KEY CHECK (singleton = 1),
    version bigint NOT NULL,
    oldest_program bigint NOT NULL
);

INSERT INTO keyhold_schema (singleton, version, oldest_program) VALUES (1, 1, 1);

-- The account that every seal in this database is bound to.
CREATE TABLE installation (
    singleton bigint NOT NULL PRIMARY KEY CHECK (singleton = 1),
    account_id text COLLATE "C" NOT NULL
);

-- Data keys, each sealed by the root key. All times in this database are milliseconds since 1970, UTC.
CREATE TABLE key_ring (
    id bigint NOT NULL PRIMARY KEY,
    sealed_key bytea NOT NULL,
    root_key_id text COLLATE "C" NOT NULL,
    created_at bigint NOT NULL
);

-- mac: HMAC over the table's name and all other columns, under a key derived from the ring key mac_key_id.
CREATE TABLE access_keys (
    access_key_id text COLLATE "C" NOT NULL PRIMARY KEY,
    revision bigint NOT NULL,
    owner text COLLATE "C" NOT NULL,
    sealed_secret bytea NOT NULL,
    status text COLLATE "C" NOT NULL,
    created_at bigint NOT NULL,
    mac_key_id bigint NOT NULL,
    mac bytea NOT NULL
);

-- upload_count makes a missing history entry noticeable: it lies under this row's mac.
CREATE TABLE certificates (
    certificate_id text COLLATE "C" NOT NULL PRIMARY KEY,
    revision bigint NOT NULL,
    status text COLLATE "C" NOT NULL,
    key_spec text COLLATE "C" NOT NULL,
    exportable_private_key bigint NOT NULL,
    current_upload bigint,
    upload_count bigint NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    public_key_sha256 bytea NOT NULL,
    subject text COLLATE "C" NOT NULL,
    subject_alternative_names text COLLATE "C" NOT NULL,
    tags text COLLATE "C" NOT NULL,
    csr text COLLATE "C" NOT NULL,
    public_key bytea NOT NULL,
    sealed_private_key bytea NOT NULL,
    mac_key_id bigint NOT NULL,
    mac bytea NOT NULL
);

CREATE INDEX certificates_by_age ON certificates (created_at DESC, certificate_id DESC);
CREATE INDEX certificates_by_status_and_age ON certificates (status, created_at DESC, certificate_id DESC);
CREATE INDEX certificates_by_public_key ON certificates (public_key_sha256);

CREATE TABLE certificate_uploads (
    certificate_id text COLLATE "C" NOT NULL REFERENCES certificates (certificate_id) ON DELETE CASCADE,
    upload_id bigint NOT NULL,
    revision bigint NOT NULL,
    serial text COLLATE "C" NOT NULL,
    not_before bigint NOT NULL,
    not_after bigint NOT NULL,
    signature_algorithm text COLLATE "C" NOT NULL,
    subject_key_identifier text COLLATE "C",
    sha256 bytea NOT NULL,
    uploaded_at bigint NOT NULL,
    subject text COLLATE "C" NOT NULL,
    issuer text COLLATE "C" NOT NULL,
    subject_alternative_names text COLLATE "C" NOT NULL,
    warnings text COLLATE "C" NOT NULL,
    certificate text COLLATE "C" NOT NULL,
    certificate_chain text COLLATE "C" NOT NULL,
    mac_key_id bigint NOT NULL,
    mac bytea NOT NULL,
    PRIMARY KEY (certificate_id, upload_id)
);
