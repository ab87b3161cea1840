-- A job may have a key, under which it is asked for once, and a practice whose admins see it when it came to nothing.
ALTER TABLE portal.outbox ADD COLUMN key text, ADD COLUMN practice_id uuid;
CREATE UNIQUE INDEX outbox_kind_key_key ON portal.outbox (kind, key);
CREATE INDEX outbox_outcome_done_at_idx ON portal.outbox (outcome, done_at);
