-- Two-step sign-in: authenticator apps, passkeys, recovery codes, and what a practice asks of whom.

-- Practices that are here already go on as they were; new ones ask their staff for it from the start.
ALTER TABLE portal.practice ADD COLUMN mfa_staff BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE portal.practice ALTER COLUMN mfa_staff SET DEFAULT true;
ALTER TABLE portal.practice ADD COLUMN mfa_clients BOOLEAN NOT NULL DEFAULT false;

-- When this session's person last showed a second factor; and whether the session is good for setting one up, only.
ALTER TABLE portal.session ADD COLUMN factor_at TIMESTAMPTZ(3);
ALTER TABLE portal.session ADD COLUMN enrolling BOOLEAN NOT NULL DEFAULT false;

-- Until when this device, with the key it has, is not asked for the second step again.
ALTER TABLE portal.device ADD COLUMN trusted_until TIMESTAMPTZ(3);

-- Secrets shared with authenticator apps, sealed. One without confirmed_at waits for its first code and opens nothing.
CREATE TABLE portal.totp_factor (
  id UUID NOT NULL,
  account_id UUID NOT NULL,
  sealed BYTEA NOT NULL,
  last_step BIGINT NOT NULL DEFAULT 0,
  created_at TIMESTAMPTZ(3) NOT NULL,
  confirmed_at TIMESTAMPTZ(3),
  CONSTRAINT totp_factor_pkey PRIMARY KEY (id),
  CONSTRAINT totp_factor_account_id_fkey FOREIGN KEY (account_id) REFERENCES portal.portal_account (id) ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE INDEX totp_factor_account_id_idx ON portal.totp_factor (account_id);
-- One that counts, and one that waits.
CREATE UNIQUE INDEX totp_factor_confirmed_key ON portal.totp_factor (account_id) WHERE confirmed_at IS NOT NULL;
CREATE UNIQUE INDEX totp_factor_waiting_key ON portal.totp_factor (account_id) WHERE confirmed_at IS NULL;

-- Public halves of passkeys.
CREATE TABLE portal.passkey (
  id UUID NOT NULL,
  account_id UUID NOT NULL,
  credential_id TEXT NOT NULL,
  public_key BYTEA NOT NULL,
  counter BIGINT NOT NULL,
  transports TEXT NOT NULL,
  name TEXT NOT NULL,
  backed_up BOOLEAN NOT NULL,
  created_at TIMESTAMPTZ(3) NOT NULL,
  last_used_at TIMESTAMPTZ(3),
  CONSTRAINT passkey_pkey PRIMARY KEY (id),
  CONSTRAINT passkey_account_id_fkey FOREIGN KEY (account_id) REFERENCES portal.portal_account (id) ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE UNIQUE INDEX passkey_credential_id_key ON portal.passkey (credential_id);
CREATE INDEX passkey_account_id_idx ON portal.passkey (account_id);

-- Codes for the day when the phone is gone: each once, and only as keyed hashes.
CREATE TABLE portal.recovery_code (
  id UUID NOT NULL,
  account_id UUID NOT NULL,
  code_hash TEXT NOT NULL,
  created_at TIMESTAMPTZ(3) NOT NULL,
  used_at TIMESTAMPTZ(3),
  CONSTRAINT recovery_code_pkey PRIMARY KEY (id),
  CONSTRAINT recovery_code_account_id_fkey FOREIGN KEY (account_id) REFERENCES portal.portal_account (id) ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE INDEX recovery_code_account_id_idx ON portal.recovery_code (account_id);

-- Challenges of passkeys that were answered: none is taken twice.
CREATE TABLE portal.spent_challenge (
  id TEXT NOT NULL,
  expires_at TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT spent_challenge_pkey PRIMARY KEY (id)
);
CREATE INDEX spent_challenge_expires_at_idx ON portal.spent_challenge (expires_at);

ALTER TABLE portal.one_time_code DROP CONSTRAINT one_time_code_check1;
ALTER TABLE portal.one_time_code ADD CONSTRAINT one_time_code_check1 CHECK (purpose IN ('register', 'register-ticket', 'verify-email', 'invite', 'reset-password', 'set-password', 'change-email', 'undo-email', 'second-step'));
