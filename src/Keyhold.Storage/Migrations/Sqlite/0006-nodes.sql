-- Which node's change it is; null stands for node-1, the only one there was before. Under the row's HMAC when it is there.
ALTER TABLE audit_intents ADD COLUMN node TEXT;

-- Requests that were accepted, where nodes remember them together, until their timestamps let nobody in again.
CREATE TABLE replayed_requests (
    fingerprint BLOB NOT NULL PRIMARY KEY,
    until INTEGER NOT NULL
) STRICT;

CREATE INDEX replayed_requests_by_time ON replayed_requests (until);

UPDATE keyhold_schema SET version = 6;
