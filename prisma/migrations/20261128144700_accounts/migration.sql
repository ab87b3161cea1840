-- Registering, resetting and changing what one signs in with; and what is to be done after a commit.

-- How a person can be found, only as keyed hashes; and where a code may be sent.
ALTER TABLE portal.client ADD COLUMN contact_email TEXT;
ALTER TABLE portal.client ADD COLUMN ssn4_tag TEXT;
ALTER TABLE portal.client ADD COLUMN mrn_tag TEXT;
CREATE INDEX client_ssn4_tag_idx ON portal.client (ssn4_tag);
CREATE INDEX client_mrn_tag_idx ON portal.client (mrn_tag);

ALTER TABLE portal.portal_account ADD COLUMN email_verified_at TIMESTAMPTZ(3);
ALTER TABLE portal.portal_account ADD COLUMN password_changed_at TIMESTAMPTZ(3);

-- Which terms an account accepted, and when.
CREATE TABLE portal.terms_acceptance (
  account_id UUID NOT NULL,
  version TEXT NOT NULL,
  accepted_at TIMESTAMPTZ(3) NOT NULL,
  ip TEXT NOT NULL,
  user_agent TEXT NOT NULL,
  CONSTRAINT terms_acceptance_pkey PRIMARY KEY (account_id, version),
  CONSTRAINT terms_acceptance_account_id_fkey FOREIGN KEY (account_id) REFERENCES portal.portal_account (id) ON DELETE RESTRICT ON UPDATE CASCADE
);

-- Codes, links and tickets: single use, short-lived, only as keyed hashes. Requests that lead nowhere have a row too.
CREATE TABLE portal.one_time_code (
  id UUID NOT NULL,
  purpose TEXT NOT NULL,
  secret_hash TEXT,
  target TEXT,
  account_id UUID,
  client_id UUID,
  parent_id UUID,
  email TEXT,
  password_hash TEXT,
  terms_version TEXT,
  created_by UUID,
  attempts INTEGER NOT NULL DEFAULT 0,
  created_at TIMESTAMPTZ(3) NOT NULL,
  expires_at TIMESTAMPTZ(3) NOT NULL,
  used_at TIMESTAMPTZ(3),
  CONSTRAINT one_time_code_pkey PRIMARY KEY (id),
  CONSTRAINT one_time_code_check1 CHECK (purpose IN ('register', 'register-ticket', 'verify-email', 'invite', 'reset-password', 'set-password', 'change-email', 'undo-email')),
  CONSTRAINT one_time_code_account_id_fkey FOREIGN KEY (account_id) REFERENCES portal.portal_account (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT one_time_code_client_id_fkey FOREIGN KEY (client_id) REFERENCES portal.client (client_id) ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE INDEX one_time_code_target_idx ON portal.one_time_code (target, created_at);
CREATE INDEX one_time_code_account_id_idx ON portal.one_time_code (account_id);
CREATE INDEX one_time_code_client_id_idx ON portal.one_time_code (client_id);
CREATE INDEX one_time_code_expires_at_idx ON portal.one_time_code (expires_at);

-- What is to be done once the transaction that asked for it is durable: at least once, sealed until then.
CREATE TABLE portal.outbox (
  id UUID NOT NULL,
  kind TEXT NOT NULL,
  sealed BYTEA,
  attempts INTEGER NOT NULL DEFAULT 0,
  created_at TIMESTAMPTZ(3) NOT NULL,
  due_at TIMESTAMPTZ(3) NOT NULL,
  good_until TIMESTAMPTZ(3) NOT NULL,
  done_at TIMESTAMPTZ(3),
  outcome TEXT,
  last_error TEXT,
  CONSTRAINT outbox_pkey PRIMARY KEY (id),
  CONSTRAINT outbox_check1 CHECK (outcome IN ('done', 'expired', 'failed'))
);
CREATE INDEX outbox_due_at_idx ON portal.outbox (due_at) WHERE done_at IS NULL;
