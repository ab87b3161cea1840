-- Tablets of the waiting room have accounts of their own, as machines have: rights and audit work alike.
ALTER TABLE portal.portal_account DROP CONSTRAINT portal_account_check2;
ALTER TABLE portal.portal_account ADD CONSTRAINT portal_account_check2
  CHECK (role IN ('client', 'proxy', 'clinician', 'front-desk', 'admin', 'ehr', 'kiosk'));

-- The practice's key pair that tablets seal to (the secret half wrapped), and how its tablets behave.
CREATE TABLE portal.kiosk_practice (
  practice_id UUID NOT NULL,
  key_id TEXT NOT NULL,
  kek_id TEXT NOT NULL,
  wrapped BYTEA NOT NULL,
  pin_salt BYTEA,
  pin_hash BYTEA,
  idle_seconds INTEGER NOT NULL DEFAULT 120,
  CONSTRAINT kiosk_practice_pkey PRIMARY KEY (practice_id),
  CONSTRAINT kiosk_practice_practice_id_fkey FOREIGN KEY (practice_id) REFERENCES portal.practice (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT kiosk_practice_check CHECK ((pin_salt IS NULL) = (pin_hash IS NULL))
);
CREATE UNIQUE INDEX kiosk_practice_key_id_key ON portal.kiosk_practice (key_id);

-- One tablet. Without a key it waits for its single-use code; `leaving_at`: it is told to hand in and to empty itself.
CREATE TABLE portal.kiosk_tablet (
  account_id UUID NOT NULL,
  practice_id UUID NOT NULL,
  salt BYTEA NOT NULL,
  device_key TEXT,
  code_hash TEXT,
  code_expires_at TIMESTAMPTZ(3),
  created_at TIMESTAMPTZ(3) NOT NULL,
  enrolled_at TIMESTAMPTZ(3),
  last_seen_at TIMESTAMPTZ(3),
  state TEXT NOT NULL DEFAULT 'ready',
  unsent INTEGER NOT NULL DEFAULT 0,
  last_event INTEGER NOT NULL DEFAULT 0,
  build TEXT,
  leaving_at TIMESTAMPTZ(3),
  wiped_at TIMESTAMPTZ(3),
  CONSTRAINT kiosk_tablet_pkey PRIMARY KEY (account_id),
  CONSTRAINT kiosk_tablet_account_id_fkey FOREIGN KEY (account_id) REFERENCES portal.portal_account (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT kiosk_tablet_practice_id_fkey FOREIGN KEY (practice_id) REFERENCES portal.practice (id) ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE UNIQUE INDEX kiosk_tablet_device_key_key ON portal.kiosk_tablet (device_key);
CREATE UNIQUE INDEX kiosk_tablet_code_hash_key ON portal.kiosk_tablet (code_hash);
CREATE INDEX kiosk_tablet_practice_id_idx ON portal.kiosk_tablet (practice_id);

-- One visit of one client at one tablet. `package` opens with code and birthday alone, and goes when it is used up.
CREATE TABLE portal.kiosk_visit (
  client_id UUID NOT NULL,
  id UUID NOT NULL,
  tablet_id UUID NOT NULL,
  armed_by UUID NOT NULL,
  armed_at TIMESTAMPTZ(3) NOT NULL,
  expires_at TIMESTAMPTZ(3) NOT NULL,
  language TEXT NOT NULL,
  drafts UUID[] NOT NULL,
  form_keys TEXT[] NOT NULL,
  tag TEXT NOT NULL,
  package BYTEA,
  state TEXT NOT NULL,
  started_at TIMESTAMPTZ(3),
  ended_at TIMESTAMPTZ(3),
  CONSTRAINT kiosk_visit_pkey PRIMARY KEY (client_id, id),
  CONSTRAINT kiosk_visit_client_id_fkey FOREIGN KEY (client_id) REFERENCES portal.client (client_id) ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT kiosk_visit_tablet_id_fkey FOREIGN KEY (tablet_id) REFERENCES portal.kiosk_tablet (account_id) ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT kiosk_visit_check CHECK (state IN ('armed', 'started', 'parked', 'finished', 'cancelled', 'expired'))
);
CREATE UNIQUE INDEX kiosk_visit_id_key ON portal.kiosk_visit (id);
CREATE INDEX kiosk_visit_tablet_id_armed_at_idx ON portal.kiosk_visit (tablet_id, armed_at);

-- What arrived of a draft from a visit: the last number, and the sealed box itself where it could not be written.
CREATE TABLE portal.kiosk_answer (
  client_id UUID NOT NULL,
  visit_id UUID NOT NULL,
  draft_id UUID NOT NULL,
  seq INTEGER NOT NULL,
  received_at TIMESTAMPTZ(3) NOT NULL,
  reference TEXT,
  reason TEXT,
  kept BYTEA,
  CONSTRAINT kiosk_answer_pkey PRIMARY KEY (client_id, visit_id, draft_id),
  CONSTRAINT kiosk_answer_client_id_fkey FOREIGN KEY (client_id) REFERENCES portal.client (client_id) ON DELETE RESTRICT ON UPDATE CASCADE
);
