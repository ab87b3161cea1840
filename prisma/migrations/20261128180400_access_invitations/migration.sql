-- Somebody was asked to look after a client's record and has not answered yet. The secret of the link is a one-time
-- code whose parent is the invitation.
CREATE TABLE portal.access_invitation (
  client_id UUID NOT NULL,
  id UUID NOT NULL,
  name TEXT NOT NULL,
  email TEXT NOT NULL,
  scopes TEXT[] NOT NULL,
  -- Of the access, not of the invitation.
  expires_at TIMESTAMPTZ(3),
  good_until TIMESTAMPTZ(3) NOT NULL,
  created_by UUID NOT NULL,
  created_at TIMESTAMPTZ(3) NOT NULL,
  -- Accepted, withdrawn or replaced.
  ended_at TIMESTAMPTZ(3),
  accepted_by UUID,
  CONSTRAINT access_invitation_pkey PRIMARY KEY (client_id, id),
  CONSTRAINT access_invitation_check1 CHECK (cardinality(scopes) > 0 AND scopes <@ ARRAY[
    'appointments:read', 'appointments:write', 'messages:read', 'messages:write', 'forms:read', 'forms:write',
    'documents:read', 'documents:write', 'billing:read', 'billing:write', 'prescriptions:read', 'prescriptions:write',
    'profile:read', 'profile:write'])
);
ALTER TABLE portal.access_invitation ADD CONSTRAINT access_invitation_client_id_fkey FOREIGN KEY (client_id) REFERENCES portal.client (client_id) ON DELETE RESTRICT ON UPDATE CASCADE;

-- Under a name of its own: whoever adds another purpose sees that the list has moved.
ALTER TABLE portal.one_time_code DROP CONSTRAINT one_time_code_check1;
ALTER TABLE portal.one_time_code ADD CONSTRAINT one_time_code_purpose CHECK (purpose IN ('register', 'register-ticket', 'verify-email', 'invite', 'access-invite', 'reset-password', 'set-password', 'change-email', 'undo-email', 'second-step'));
