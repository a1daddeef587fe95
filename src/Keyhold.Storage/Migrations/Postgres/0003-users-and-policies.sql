-- attachments lie in the user's row, under its mac: an attachment that was taken away or added outside Keyhold is noticed.
CREATE TABLE users (
    user_name text COLLATE "C" NOT NULL PRIMARY KEY,
    revision bigint NOT NULL,
    user_id text COLLATE "C" NOT NULL,
    display_name text COLLATE "C" NOT NULL,
    comments text COLLATE "C" NOT NULL,
    attachments text COLLATE "C" NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    mac_key_id bigint NOT NULL,
    mac bytea NOT NULL
);

-- Two names that differ in case alone would be taken for each other by people; rights tell them apart.
CREATE UNIQUE INDEX users_by_name_in_any_case ON users (lower(user_name));

-- versions likewise: all documents of a policy are in its row.
CREATE TABLE policies (
    policy_name text COLLATE "C" NOT NULL PRIMARY KEY,
    revision bigint NOT NULL,
    description text COLLATE "C" NOT NULL,
    versions text COLLATE "C" NOT NULL,
    default_version bigint NOT NULL,
    last_version bigint NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    mac_key_id bigint NOT NULL,
    mac bytea NOT NULL
);

CREATE UNIQUE INDEX policies_by_name_in_any_case ON policies (lower(policy_name));

CREATE INDEX access_keys_by_owner ON access_keys (owner);

-- A table of its own: it is written about once a minute, and the access key's row only when the key changes.
CREATE TABLE access_key_uses (
    access_key_id text COLLATE "C" NOT NULL PRIMARY KEY REFERENCES access_keys (access_key_id) ON DELETE CASCADE,
    used_at bigint NOT NULL,
    action text COLLATE "C" NOT NULL,
    source text COLLATE "C" NOT NULL,
    mac_key_id bigint NOT NULL,
    mac bytea NOT NULL
);

-- A program of version 2 refuses every key that is not the account root's, so it may go on.
UPDATE keyhold_schema SET version = 3;
