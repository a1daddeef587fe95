-- Which node's change it is; null stands for node-1, the only one there was before. Under the row's HMAC when it is there.
ALTER TABLE audit_intents ADD COLUMN node text COLLATE "C";

-- Requests that were accepted, where nodes remember them together, until their timestamps let nobody in again. Unlogged: a crash of the server empties it.
CREATE UNLOGGED TABLE replayed_requests (
    fingerprint bytea NOT NULL PRIMARY KEY,
    until bigint NOT NULL
);

CREATE INDEX replayed_requests_by_time ON replayed_requests (until);

UPDATE keyhold_schema SET version = 6;
