-- The newest schema version this database has, and the oldest program (by its own schema version) that may use it.
CREATE TABLE keyhold_schema (
    singleton INTEGER NOT NULL PRIMARY KEY CHECK (singleton = 1),
    version INTEGER NOT NULL,
    oldest_program INTEGER NOT NULL
) STRICT;

INSERT INTO keyhold_schema (singleton, version, oldest_program) VALUES (1, 1, 1);

-- The account that every seal in this database is bound to.
CREATE TABLE installation (
    singleton INTEGER NOT NULL PRIMARY KEY CHECK (singleton = 1),
    account_id TEXT NOT NULL
) STRICT;

-- Data keys, each sealed by the root key. All times in this database are milliseconds since 1970, UTC.
CREATE TABLE key_ring (
    id INTEGER NOT NULL PRIMARY KEY,
    sealed_key BLOB NOT NULL,
    root_key_id TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

-- mac: HMAC over the table's name and all other columns, under a key derived from the ring key mac_key_id.
CREATE TABLE access_keys (
    access_key_id TEXT NOT NULL PRIMARY KEY,
    revision INTEGER NOT NULL,
    owner TEXT NOT NULL,
    sealed_secret BLOB NOT NULL,
    status TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    mac_key_id INTEGER NOT NULL,
    mac BLOB NOT NULL
) STRICT;

-- upload_count makes a missing history entry noticeable: it lies under this row's mac.
CREATE TABLE certificates (
    certificate_id TEXT NOT NULL PRIMARY KEY,
    revision INTEGER NOT NULL,
    status TEXT NOT NULL,
    key_spec TEXT NOT NULL,
    exportable_private_key INTEGER NOT NULL,
    current_upload INTEGER,
    upload_count INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    public_key_sha256 BLOB NOT NULL,
    subject TEXT NOT NULL,
    subject_alternative_names TEXT NOT NULL,
    tags TEXT NOT NULL,
    csr TEXT NOT NULL,
    public_key BLOB NOT NULL,
    sealed_private_key BLOB NOT NULL,
    mac_key_id INTEGER NOT NULL,
    mac BLOB NOT NULL
) STRICT;

CREATE INDEX certificates_by_age ON certificates (created_at DESC, certificate_id DESC);
CREATE INDEX certificates_by_status_and_age ON certificates (status, created_at DESC, certificate_id DESC);
CREATE INDEX certificates_by_public_key ON certificates (public_key_sha256);

CREATE TABLE certificate_uploads (
    certificate_id TEXT NOT NULL REFERENCES certificates (certificate_id) ON DELETE CASCADE,
    upload_id INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    serial TEXT NOT NULL,
    not_before INTEGER NOT NULL,
    not_after INTEGER NOT NULL,
    signature_algorithm TEXT NOT NULL,
    subject_key_identifier TEXT,
    sha256 BLOB NOT NULL,
    uploaded_at INTEGER NOT NULL,
    subject TEXT NOT NULL,
    issuer TEXT NOT NULL,
    subject_alternative_names TEXT NOT NULL,
    warnings TEXT NOT NULL,
    certificate TEXT NOT NULL,
    certificate_chain TEXT NOT NULL,
    mac_key_id INTEGER NOT NULL,
    mac BLOB NOT NULL,
    PRIMARY KEY (certificate_id, upload_id)
) STRICT;
