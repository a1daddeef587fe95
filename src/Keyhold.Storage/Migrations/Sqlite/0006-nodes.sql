-- Which node's change it is; null stands for node-1, the only one there was before. Under the row's HMAC when it is there.
ALTER TABLE audit_intents ADD COLUMN node TEXT;

UPDATE keyhold_schema SET version = 6;
