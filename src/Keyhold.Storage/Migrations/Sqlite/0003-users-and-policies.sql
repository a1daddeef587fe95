-- attachments lie in the user's row, under its mac: an attachment that was taken away or added outside Keyhold is noticed.
CREATE TABLE users (
    user_name TEXT NOT NULL PRIMARY KEY,
    revision INTEGER NOT NULL,
    user_id TEXT NOT NULL,
    display_name TEXT NOT NULL,
    comments TEXT NOT NULL,
    attachments TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    mac_key_id INTEGER NOT NULL,
    mac BLOB NOT NULL
) STRICT;

-- Two names that differ in case alone would be taken for each other by people; rights tell them apart.
CREATE UNIQUE INDEX users_by_name_in_any_case ON users (user_name COLLATE NOCASE);

-- versions likewise: all documents of a policy are in its row.
CREATE TABLE policies (
    policy_name TEXT NOT NULL PRIMARY KEY,
    revision INTEGER NOT NULL,
    description TEXT NOT NULL,
    versions TEXT NOT NULL,
    default_version INTEGER NOT NULL,
    last_version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    mac_key_id INTEGER NOT NULL,
    mac BLOB NOT NULL
) STRICT;

CREATE UNIQUE INDEX policies_by_name_in_any_case ON policies (policy_name COLLATE NOCASE);

CREATE INDEX access_keys_by_owner ON access_keys (owner);

-- A table of its own: it is written about once a minute, and the access key's row only when the key changes.
CREATE TABLE access_key_uses (
    access_key_id TEXT NOT NULL PRIMARY KEY REFERENCES access_keys (access_key_id) ON DELETE CASCADE,
    used_at INTEGER NOT NULL,
    action TEXT NOT NULL,
    source TEXT NOT NULL,
    mac_key_id INTEGER NOT NULL,
    mac BLOB NOT NULL
) STRICT;

-- A program of version 2 refuses every key that is not the account root's, so it may go on.
UPDATE keyhold_schema SET version = 3;
