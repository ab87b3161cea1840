-- A record can be closed, and later erased by destroying its keys, where no duty to keep it stands.
ALTER TABLE portal.client
  ADD COLUMN closed_at TIMESTAMPTZ(3),
  ADD COLUMN retain_until DATE,
  ADD COLUMN shredded_at TIMESTAMPTZ(3);
-- Every server looks every few seconds for what was erased lately.
CREATE INDEX client_shredded_at_idx ON portal.client (shredded_at);
