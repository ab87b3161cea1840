-- A session belongs to the key of one device; sessions from before have none and end at their next refresh.
ALTER TABLE portal.session ADD COLUMN device_key TEXT;
ALTER TABLE portal.session ADD COLUMN last_active_at TIMESTAMPTZ(3) NOT NULL DEFAULT now();
ALTER TABLE portal.device ADD COLUMN device_key TEXT;
-- Where a device was used last, for the people whose devices these are.
ALTER TABLE portal.device ADD COLUMN last_ip TEXT;

-- What ended lately is looked for every few seconds, by every server.
CREATE INDEX session_revoked_at_idx ON portal.session (revoked_at);
CREATE INDEX device_revoked_at_idx ON portal.device (revoked_at);
