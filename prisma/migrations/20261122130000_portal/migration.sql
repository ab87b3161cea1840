-- The portal's tables. Primary keys of a client's data lead with client_id, so that it can be distributed by it.
CREATE SCHEMA IF NOT EXISTS portal;

-- The clinic: everything belongs to one.
CREATE TABLE portal.practice (
  id UUID NOT NULL,
  name TEXT NOT NULL,
  time_zone TEXT NOT NULL,
  phone TEXT NOT NULL,
  created_at TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  CONSTRAINT practice_pkey PRIMARY KEY (id)
);

-- A login: a client, a proxy, or staff. Email is kept lower-cased.
CREATE TABLE portal.portal_account (
  id UUID NOT NULL,
  practice_id UUID NOT NULL,
  role TEXT NOT NULL,
  name TEXT NOT NULL,
  email TEXT NOT NULL,
  password_hash TEXT NOT NULL,
  client_id UUID,
  failed_logins INTEGER NOT NULL DEFAULT 0,
  locked_until TIMESTAMPTZ(3),
  closed_at TIMESTAMPTZ(3),
  created_at TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  CONSTRAINT portal_account_pkey PRIMARY KEY (id),
  CONSTRAINT portal_account_check1 CHECK (email = lower(email)),
  CONSTRAINT portal_account_check2 CHECK (role IN ('client', 'proxy', 'clinician', 'front-desk', 'admin', 'ehr')),
  CONSTRAINT portal_account_check3 CHECK (role <> 'client' OR client_id IS NOT NULL)
);
CREATE UNIQUE INDEX portal_account_email_key ON portal.portal_account (email);
CREATE INDEX portal_account_client_id_idx ON portal.portal_account (client_id);

-- Failed sign-ins by keyed hash of the address, known or not.
CREATE TABLE portal.login_throttle (
  key TEXT NOT NULL,
  failures INTEGER NOT NULL DEFAULT 0,
  first_at TIMESTAMPTZ(3) NOT NULL,
  locked_until TIMESTAMPTZ(3),
  CONSTRAINT login_throttle_pkey PRIMARY KEY (key)
);

-- One installation of the app for one account; the id is made on the device.
CREATE TABLE portal.device (
  id UUID NOT NULL,
  account_id UUID NOT NULL,
  client_id UUID,
  name TEXT NOT NULL,
  user_agent TEXT NOT NULL DEFAULT '',
  created_at TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  last_seen_at TIMESTAMPTZ(3),
  revoked_at TIMESTAMPTZ(3),
  wiped_at TIMESTAMPTZ(3),
  CONSTRAINT device_pkey PRIMARY KEY (id)
);
CREATE INDEX device_account_id_idx ON portal.device (account_id);

-- One family of refresh tokens; only hashes are kept.
CREATE TABLE portal.session (
  id UUID NOT NULL,
  account_id UUID NOT NULL,
  device_id UUID NOT NULL,
  generation INTEGER NOT NULL DEFAULT 0,
  refresh_hash TEXT NOT NULL,
  rotated_at TIMESTAMPTZ(3),
  created_at TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  expires_at TIMESTAMPTZ(3) NOT NULL,
  last_used_at TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  revoked_at TIMESTAMPTZ(3),
  revoked_reason TEXT,
  CONSTRAINT session_pkey PRIMARY KEY (id)
);
CREATE INDEX session_account_id_idx ON portal.session (account_id);
CREATE INDEX session_device_id_idx ON portal.session (device_id);

-- The person whose record it is.
CREATE TABLE portal.client (
  client_id UUID NOT NULL,
  practice_id UUID NOT NULL,
  name TEXT NOT NULL,
  date_of_birth DATE,
  created_at TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  CONSTRAINT client_pkey PRIMARY KEY (client_id)
);
CREATE INDEX client_practice_id_idx ON portal.client (practice_id);

-- Data keys of a client, wrapped by the key-encryption key; sealed values name their key by id.
CREATE TABLE portal.client_key (
  client_id UUID NOT NULL,
  key_id TEXT NOT NULL,
  kek_id TEXT NOT NULL,
  wrapped BYTEA NOT NULL,
  created_at TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  CONSTRAINT client_key_pkey PRIMARY KEY (client_id, key_id)
);

-- What a proxy may do with a record, until when.
CREATE TABLE portal.access_grant (
  client_id UUID NOT NULL,
  account_id UUID NOT NULL,
  scope TEXT NOT NULL,
  granted_at TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  expires_at TIMESTAMPTZ(3),
  revoked_at TIMESTAMPTZ(3),
  CONSTRAINT access_grant_pkey PRIMARY KEY (client_id, account_id),
  CONSTRAINT access_grant_check1 CHECK (scope IN ('full', 'read'))
);
CREATE INDEX access_grant_account_id_idx ON portal.access_grant (account_id);

-- Which staff account looks after which client.
CREATE TABLE portal.clinician_assignment (
  client_id UUID NOT NULL,
  account_id UUID NOT NULL,
  assigned_at TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  ended_at TIMESTAMPTZ(3),
  CONSTRAINT clinician_assignment_pkey PRIMARY KEY (client_id, account_id)
);
CREATE INDEX clinician_assignment_account_id_idx ON portal.clinician_assignment (account_id);

-- Newest position of a client's feed; its row lock serializes that client's writes.
CREATE TABLE portal.client_head (
  client_id UUID NOT NULL,
  epoch INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  chk TEXT NOT NULL,
  CONSTRAINT client_head_pkey PRIMARY KEY (client_id)
);

-- Recent commits of the hash chain, so that a cursor can be checked.
CREATE TABLE portal.client_head_log (
  client_id UUID NOT NULL,
  seq INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  chk TEXT NOT NULL,
  at TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT client_head_log_pkey PRIMARY KEY (client_id, seq)
);

-- The latest position of every document of a client, tombstones included.
CREATE TABLE portal.change_feed (
  client_id UUID NOT NULL,
  seq INTEGER NOT NULL,
  collection INTEGER NOT NULL,
  document_id UUID NOT NULL,
  rev INTEGER NOT NULL,
  deleted BOOLEAN NOT NULL DEFAULT false,
  CONSTRAINT change_feed_pkey PRIMARY KEY (client_id, seq)
);
CREATE UNIQUE INDEX change_feed_client_id_collection_document_id_key ON portal.change_feed (client_id, collection, document_id);

-- Values that are not current any more. The field is found by keyed hash: its name may itself be an answer.
CREATE TABLE portal.field_history (
  client_id UUID NOT NULL,
  collection INTEGER NOT NULL,
  document_id UUID NOT NULL,
  id UUID NOT NULL,
  field_tag TEXT NOT NULL,
  kind TEXT NOT NULL,
  since_rev INTEGER NOT NULL,
  until_rev INTEGER NOT NULL,
  device TEXT,
  at TIMESTAMPTZ(3) NOT NULL,
  sealed BYTEA NOT NULL,
  CONSTRAINT field_history_pkey PRIMARY KEY (client_id, collection, document_id, id),
  CONSTRAINT field_history_check1 CHECK (kind IN ('previous', 'submitted', 'lost'))
);
CREATE INDEX field_history_client_id_collection_document_id_field_tag_until_rev_idx ON portal.field_history (client_id, collection, document_id, field_tag, until_rev);

-- The answer to a mutation, so that it has one effect however often it is sent.
CREATE TABLE portal.mutation_result (
  client_id UUID NOT NULL,
  device_id UUID NOT NULL,
  number INTEGER NOT NULL,
  outcome INTEGER NOT NULL,
  rev INTEGER NOT NULL,
  at BIGINT NOT NULL,
  reason TEXT,
  collection INTEGER NOT NULL,
  document_id UUID NOT NULL,
  CONSTRAINT mutation_result_pkey PRIMARY KEY (client_id, device_id, number)
);

-- Refused writes, sealed, so that nothing a client typed is lost.
CREATE TABLE portal.quarantine (
  client_id UUID NOT NULL,
  id UUID NOT NULL,
  device_id UUID,
  number INTEGER,
  account_id UUID NOT NULL,
  collection INTEGER NOT NULL,
  document_id UUID NOT NULL,
  reason TEXT NOT NULL,
  detail TEXT NOT NULL,
  received_at TIMESTAMPTZ(3) NOT NULL,
  sealed BYTEA NOT NULL,
  CONSTRAINT quarantine_pkey PRIMARY KEY (client_id, id)
);
CREATE INDEX quarantine_client_id_device_id_number_idx ON portal.quarantine (client_id, device_id, number);

-- Who did what with which document. The nil client id stands where no record is concerned.
CREATE TABLE portal.audit_event (
  client_id UUID NOT NULL,
  id UUID NOT NULL,
  at TIMESTAMPTZ(3) NOT NULL,
  account_id UUID,
  device_id UUID,
  role TEXT,
  action TEXT NOT NULL,
  outcome TEXT NOT NULL,
  collection INTEGER,
  document_id UUID,
  count INTEGER NOT NULL DEFAULT 1,
  reason TEXT,
  ip TEXT NOT NULL,
  user_agent TEXT NOT NULL,
  CONSTRAINT audit_event_pkey PRIMARY KEY (client_id, id),
  CONSTRAINT audit_event_check1 CHECK (outcome IN ('allowed', 'denied'))
);
CREATE INDEX audit_event_client_id_at_idx ON portal.audit_event (client_id, at);
CREATE INDEX audit_event_account_id_at_idx ON portal.audit_event (account_id, at);

-- The catalogue: one entry a form, whatever its versions.
CREATE TABLE portal.form (
  id UUID NOT NULL,
  practice_id UUID NOT NULL,
  key TEXT NOT NULL,
  kind TEXT NOT NULL,
  title TEXT NOT NULL,
  active BOOLEAN NOT NULL DEFAULT true,
  for_new_clients BOOLEAN NOT NULL DEFAULT false,
  created_at TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  CONSTRAINT form_pkey PRIMARY KEY (id),
  CONSTRAINT form_check1 CHECK (kind IN ('initial-intake', 'annual-update', 'symptom-checklist', 'custom'))
);
CREATE UNIQUE INDEX form_practice_id_key_key ON portal.form (practice_id, key);

-- A published, immutable version: FHIR R4 Questionnaire inside the supported subset.
CREATE TABLE portal.form_version (
  id UUID NOT NULL,
  form_id UUID NOT NULL,
  version INTEGER NOT NULL,
  title TEXT NOT NULL,
  questionnaire JSONB NOT NULL,
  published_at TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  CONSTRAINT form_version_pkey PRIMARY KEY (id)
);
CREATE UNIQUE INDEX form_version_form_id_version_key ON portal.form_version (form_id, version);

-- An assigned form and its answers so far.
CREATE TABLE portal.form_draft (
  client_id UUID NOT NULL,
  id UUID NOT NULL,
  rev INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  deleted BOOLEAN NOT NULL DEFAULT false,
  body BYTEA NOT NULL,
  updated_at TIMESTAMPTZ(3) NOT NULL,
  form_version_id UUID NOT NULL,
  form_key TEXT NOT NULL,
  status TEXT NOT NULL,
  assigned_at TIMESTAMPTZ(3) NOT NULL,
  due_at TIMESTAMPTZ(3),
  amends UUID,
  submission_id UUID,
  CONSTRAINT form_draft_pkey PRIMARY KEY (client_id, id)
);
CREATE INDEX form_draft_client_id_status_idx ON portal.form_draft (client_id, status);

-- A form as the client sent it. Answers, score, flags and review notes are inside the sealed body.
CREATE TABLE portal.form_submission (
  client_id UUID NOT NULL,
  id UUID NOT NULL,
  rev INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  deleted BOOLEAN NOT NULL DEFAULT false,
  body BYTEA NOT NULL,
  updated_at TIMESTAMPTZ(3) NOT NULL,
  draft_id UUID NOT NULL,
  form_version_id UUID NOT NULL,
  form_key TEXT NOT NULL,
  status TEXT NOT NULL,
  amends UUID,
  received_at TIMESTAMPTZ(3) NOT NULL,
  ip TEXT NOT NULL,
  user_agent TEXT NOT NULL,
  flagged BOOLEAN NOT NULL,
  reviewer_account_id UUID,
  reviewed_at TIMESTAMPTZ(3),
  CONSTRAINT form_submission_pkey PRIMARY KEY (client_id, id)
);
CREATE INDEX form_submission_status_received_at_idx ON portal.form_submission (status, received_at);

-- A visit, as fed by the practice's record system.
CREATE TABLE portal.appointment (
  client_id UUID NOT NULL,
  id UUID NOT NULL,
  rev INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  deleted BOOLEAN NOT NULL DEFAULT false,
  body BYTEA NOT NULL,
  updated_at TIMESTAMPTZ(3) NOT NULL,
  starts_at TIMESTAMPTZ(3) NOT NULL,
  status TEXT NOT NULL,
  CONSTRAINT appointment_pkey PRIMARY KEY (client_id, id)
);
CREATE INDEX appointment_client_id_starts_at_idx ON portal.appointment (client_id, starts_at);

-- A client's wish: new, cancel or reschedule.
CREATE TABLE portal.appointment_request (
  client_id UUID NOT NULL,
  id UUID NOT NULL,
  rev INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  deleted BOOLEAN NOT NULL DEFAULT false,
  body BYTEA NOT NULL,
  updated_at TIMESTAMPTZ(3) NOT NULL,
  kind TEXT NOT NULL,
  status TEXT NOT NULL,
  subject_id UUID,
  CONSTRAINT appointment_request_pkey PRIMARY KEY (client_id, id)
);

-- A client's wish for a refill, and what became of it.
CREATE TABLE portal.refill_request (
  client_id UUID NOT NULL,
  id UUID NOT NULL,
  rev INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  deleted BOOLEAN NOT NULL DEFAULT false,
  body BYTEA NOT NULL,
  updated_at TIMESTAMPTZ(3) NOT NULL,
  subject_id UUID,
  status TEXT NOT NULL,
  decided_by_account_id UUID,
  decided_at TIMESTAMPTZ(3),
  CONSTRAINT refill_request_pkey PRIMARY KEY (client_id, id)
);

-- One message of a thread; nobody edits it.
CREATE TABLE portal.message (
  client_id UUID NOT NULL,
  id UUID NOT NULL,
  rev INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  deleted BOOLEAN NOT NULL DEFAULT false,
  body BYTEA NOT NULL,
  updated_at TIMESTAMPTZ(3) NOT NULL,
  thread_id UUID NOT NULL,
  author TEXT NOT NULL,
  sent_at TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT message_pkey PRIMARY KEY (client_id, id)
);
CREATE INDEX message_client_id_thread_id_sent_at_idx ON portal.message (client_id, thread_id, sent_at);

-- How far a reader has read a thread.
CREATE TABLE portal.message_receipt (
  client_id UUID NOT NULL,
  id UUID NOT NULL,
  rev INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  deleted BOOLEAN NOT NULL DEFAULT false,
  body BYTEA NOT NULL,
  updated_at TIMESTAMPTZ(3) NOT NULL,
  thread_id UUID NOT NULL,
  read_up_to TIMESTAMPTZ(3),
  CONSTRAINT message_receipt_pkey PRIMARY KEY (client_id, id)
);

-- A prescription as fed by the record system.
CREATE TABLE portal.medication (
  client_id UUID NOT NULL,
  id UUID NOT NULL,
  rev INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  deleted BOOLEAN NOT NULL DEFAULT false,
  body BYTEA NOT NULL,
  updated_at TIMESTAMPTZ(3) NOT NULL,
  status TEXT NOT NULL,
  CONSTRAINT medication_pkey PRIMARY KEY (client_id, id)
);

-- Metadata of a document that is shared with the client.
CREATE TABLE portal.shared_document (
  client_id UUID NOT NULL,
  id UUID NOT NULL,
  rev INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  deleted BOOLEAN NOT NULL DEFAULT false,
  body BYTEA NOT NULL,
  updated_at TIMESTAMPTZ(3) NOT NULL,
  category TEXT NOT NULL,
  shared_at TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT shared_document_pkey PRIMARY KEY (client_id, id)
);

-- A statement of account with its lines.
CREATE TABLE portal.statement (
  client_id UUID NOT NULL,
  id UUID NOT NULL,
  rev INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  deleted BOOLEAN NOT NULL DEFAULT false,
  body BYTEA NOT NULL,
  updated_at TIMESTAMPTZ(3) NOT NULL,
  issued_at TIMESTAMPTZ(3) NOT NULL,
  due_at TIMESTAMPTZ(3),
  balance_cents INTEGER NOT NULL,
  CONSTRAINT statement_pkey PRIMARY KEY (client_id, id)
);

-- A payment received or under way.
CREATE TABLE portal.payment (
  client_id UUID NOT NULL,
  id UUID NOT NULL,
  rev INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  deleted BOOLEAN NOT NULL DEFAULT false,
  body BYTEA NOT NULL,
  updated_at TIMESTAMPTZ(3) NOT NULL,
  paid_at TIMESTAMPTZ(3) NOT NULL,
  amount_cents INTEGER NOT NULL,
  status TEXT NOT NULL,
  CONSTRAINT payment_pkey PRIMARY KEY (client_id, id)
);

-- Personal information and preferences.
CREATE TABLE portal.profile (
  client_id UUID NOT NULL,
  id UUID NOT NULL,
  rev INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  deleted BOOLEAN NOT NULL DEFAULT false,
  body BYTEA NOT NULL,
  updated_at TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT profile_pkey PRIMARY KEY (client_id, id)
);

-- Something that needs the client's attention.
CREATE TABLE portal.notice (
  client_id UUID NOT NULL,
  id UUID NOT NULL,
  rev INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  deleted BOOLEAN NOT NULL DEFAULT false,
  body BYTEA NOT NULL,
  updated_at TIMESTAMPTZ(3) NOT NULL,
  kind TEXT NOT NULL,
  seen_at TIMESTAMPTZ(3),
  CONSTRAINT notice_pkey PRIMARY KEY (client_id, id)
);

ALTER TABLE portal.portal_account ADD CONSTRAINT portal_account_practice_id_fkey FOREIGN KEY (practice_id) REFERENCES portal.practice (id) ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE portal.portal_account ADD CONSTRAINT portal_account_client_id_fkey FOREIGN KEY (client_id) REFERENCES portal.client (client_id) ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE portal.device ADD CONSTRAINT device_account_id_fkey FOREIGN KEY (account_id) REFERENCES portal.portal_account (id) ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE portal.session ADD CONSTRAINT session_account_id_fkey FOREIGN KEY (account_id) REFERENCES portal.portal_account (id) ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE portal.session ADD CONSTRAINT session_device_id_fkey FOREIGN KEY (device_id) REFERENCES portal.device (id) ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE portal.client ADD CONSTRAINT client_practice_id_fkey FOREIGN KEY (practice_id) REFERENCES portal.practice (id) ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE portal.client_key ADD CONSTRAINT client_key_client_id_fkey FOREIGN KEY (client_id) REFERENCES portal.client (client_id) ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE portal.access_grant ADD CONSTRAINT access_grant_client_id_fkey FOREIGN KEY (client_id) REFERENCES portal.client (client_id) ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE portal.access_grant ADD CONSTRAINT access_grant_account_id_fkey FOREIGN KEY (account_id) REFERENCES portal.portal_account (id) ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE portal.clinician_assignment ADD CONSTRAINT clinician_assignment_client_id_fkey FOREIGN KEY (client_id) REFERENCES portal.client (client_id) ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE portal.clinician_assignment ADD CONSTRAINT clinician_assignment_account_id_fkey FOREIGN KEY (account_id) REFERENCES portal.portal_account (id) ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE portal.client_head ADD CONSTRAINT client_head_client_id_fkey FOREIGN KEY (client_id) REFERENCES portal.client (client_id) ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE portal.client_head_log ADD CONSTRAINT client_head_log_client_id_fkey FOREIGN KEY (client_id) REFERENCES portal.client (client_id) ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE portal.change_feed ADD CONSTRAINT change_feed_client_id_fkey FOREIGN KEY (client_id) REFERENCES portal.client (client_id) ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE portal.field_history ADD CONSTRAINT field_history_client_id_fkey FOREIGN KEY (client_id) REFERENCES portal.client (client_id) ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE portal.mutation_result ADD CONSTRAINT mutation_result_client_id_fkey FOREIGN KEY (client_id) REFERENCES portal.client (client_id) ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE portal.quarantine ADD CONSTRAINT quarantine_client_id_fkey FOREIGN KEY (client_id) REFERENCES portal.client (client_id) ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE portal.form ADD CONSTRAINT form_practice_id_fkey FOREIGN KEY (practice_id) REFERENCES portal.practice (id) ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE portal.form_version ADD CONSTRAINT form_version_form_id_fkey FOREIGN KEY (form_id) REFERENCES portal.form (id) ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE portal.form_draft ADD CONSTRAINT form_draft_client_id_fkey FOREIGN KEY (client_id) REFERENCES portal.client (client_id) ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE portal.form_submission ADD CONSTRAINT form_submission_client_id_fkey FOREIGN KEY (client_id) REFERENCES portal.client (client_id) ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE portal.appointment ADD CONSTRAINT appointment_client_id_fkey FOREIGN KEY (client_id) REFERENCES portal.client (client_id) ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE portal.appointment_request ADD CONSTRAINT appointment_request_client_id_fkey FOREIGN KEY (client_id) REFERENCES portal.client (client_id) ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE portal.refill_request ADD CONSTRAINT refill_request_client_id_fkey FOREIGN KEY (client_id) REFERENCES portal.client (client_id) ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE portal.message ADD CONSTRAINT message_client_id_fkey FOREIGN KEY (client_id) REFERENCES portal.client (client_id) ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE portal.message_receipt ADD CONSTRAINT message_receipt_client_id_fkey FOREIGN KEY (client_id) REFERENCES portal.client (client_id) ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE portal.medication ADD CONSTRAINT medication_client_id_fkey FOREIGN KEY (client_id) REFERENCES portal.client (client_id) ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE portal.shared_document ADD CONSTRAINT shared_document_client_id_fkey FOREIGN KEY (client_id) REFERENCES portal.client (client_id) ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE portal.statement ADD CONSTRAINT statement_client_id_fkey FOREIGN KEY (client_id) REFERENCES portal.client (client_id) ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE portal.payment ADD CONSTRAINT payment_client_id_fkey FOREIGN KEY (client_id) REFERENCES portal.client (client_id) ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE portal.profile ADD CONSTRAINT profile_client_id_fkey FOREIGN KEY (client_id) REFERENCES portal.client (client_id) ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE portal.notice ADD CONSTRAINT notice_client_id_fkey FOREIGN KEY (client_id) REFERENCES portal.client (client_id) ON DELETE RESTRICT ON UPDATE CASCADE;
