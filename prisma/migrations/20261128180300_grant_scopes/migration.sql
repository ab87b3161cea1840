-- What a proxy may do, by area of the record. A grant of everything becomes every area to act in, one to read every
-- area to see. `generation` rises with every change of a grant; `covers_since` is the one that last changed what is
-- covered: a device that is older fetches anew and drops what fell out.
ALTER TABLE portal.access_grant
  ADD COLUMN scopes TEXT[],
  ADD COLUMN generation INTEGER NOT NULL DEFAULT 1,
  ADD COLUMN covers_since INTEGER NOT NULL DEFAULT 1,
  ADD COLUMN changed_at TIMESTAMPTZ(3),
  ADD COLUMN changed_by UUID;

UPDATE portal.access_grant SET changed_at = granted_at, scopes = (
  SELECT array_agg(area || CASE scope WHEN 'full' THEN ':write' ELSE ':read' END)
  FROM unnest(ARRAY['appointments', 'messages', 'forms', 'documents', 'billing', 'prescriptions', 'profile']) AS area);

ALTER TABLE portal.access_grant
  ALTER COLUMN scopes SET NOT NULL,
  ALTER COLUMN changed_at SET NOT NULL,
  ALTER COLUMN changed_at SET DEFAULT now(),
  DROP COLUMN scope,
  ADD CONSTRAINT access_grant_check1 CHECK (cardinality(scopes) > 0 AND scopes <@ ARRAY[
    'appointments:read', 'appointments:write', 'messages:read', 'messages:write', 'forms:read', 'forms:write',
    'documents:read', 'documents:write', 'billing:read', 'billing:write', 'prescriptions:read', 'prescriptions:write',
    'profile:read', 'profile:write']);
CREATE INDEX access_grant_changed_at_idx ON portal.access_grant (changed_at);
