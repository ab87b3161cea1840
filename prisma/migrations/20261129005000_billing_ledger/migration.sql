-- The ledger of each client's account: entries are added and never changed; a balance is their sum. Amounts are whole
-- minor units. What an entry comes from is named in `source`, and is posted once, whoever tells of it and how often.
CREATE TABLE portal.ledger_entry (
  client_id UUID NOT NULL,
  id UUID NOT NULL,
  source TEXT NOT NULL,
  kind TEXT NOT NULL,
  origin TEXT NOT NULL,
  statement_id UUID NOT NULL,
  payment_id UUID,
  amount_minor BIGINT NOT NULL,
  currency TEXT NOT NULL,
  account_id UUID,
  at TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT ledger_entry_pkey PRIMARY KEY (client_id, id),
  CONSTRAINT ledger_entry_client_id_fkey FOREIGN KEY (client_id) REFERENCES portal.client (client_id) ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT ledger_entry_kind_check CHECK (kind IN ('charge', 'adjustment', 'payment', 'refund')),
  CONSTRAINT ledger_entry_origin_check CHECK (origin IN ('record', 'staff', 'portal')),
  CONSTRAINT ledger_entry_amount_check CHECK (
    amount_minor <> 0 AND (kind <> 'payment' OR amount_minor < 0) AND (kind NOT IN ('payment', 'refund') OR payment_id IS NOT NULL)
  )
);
CREATE UNIQUE INDEX ledger_entry_client_id_source_key ON portal.ledger_entry (client_id, source);
CREATE INDEX ledger_entry_client_id_statement_id_idx ON portal.ledger_entry (client_id, statement_id);

-- Nobody changes an entry. They go with their record when it is erased, and only then.
CREATE FUNCTION portal.refuse_ledger_change() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND EXISTS (
    SELECT 1 FROM portal.client WHERE client_id = OLD.client_id AND closed_at IS NOT NULL
  ) THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'The ledger is only ever added to.';
END $$;
CREATE TRIGGER ledger_entry_append_only BEFORE UPDATE OR DELETE ON portal.ledger_entry
  FOR EACH ROW EXECUTE FUNCTION portal.refuse_ledger_change();

-- A payment that somebody began: its id is the payment document's, and the idempotency key at the payment service. What it
-- is for stands in `payment_share`.
CREATE TABLE portal.payment_attempt (
  client_id UUID NOT NULL,
  id UUID NOT NULL,
  account_id UUID NOT NULL,
  practice_id UUID NOT NULL,
  amount_minor INTEGER NOT NULL,
  currency TEXT NOT NULL,
  way TEXT NOT NULL,
  method_id TEXT,
  state TEXT NOT NULL,
  session_id TEXT,
  intent_id TEXT,
  checks INTEGER NOT NULL DEFAULT 0,
  check_at TIMESTAMPTZ(3),
  created_at TIMESTAMPTZ(3) NOT NULL,
  settled_at TIMESTAMPTZ(3),
  CONSTRAINT payment_attempt_pkey PRIMARY KEY (client_id, id),
  CONSTRAINT payment_attempt_client_id_fkey FOREIGN KEY (client_id) REFERENCES portal.client (client_id) ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT payment_attempt_way_check CHECK (way IN ('checkout', 'saved')),
  CONSTRAINT payment_attempt_state_check CHECK (state IN ('open', 'succeeded', 'failed')),
  CONSTRAINT payment_attempt_amount_check CHECK (amount_minor > 0)
);
CREATE UNIQUE INDEX payment_attempt_id_key ON portal.payment_attempt (id);
CREATE UNIQUE INDEX payment_attempt_session_id_key ON portal.payment_attempt (session_id);
CREATE UNIQUE INDEX payment_attempt_intent_id_key ON portal.payment_attempt (intent_id);
CREATE INDEX payment_attempt_check_at_idx ON portal.payment_attempt (check_at);

CREATE TABLE portal.payment_share (
  client_id UUID NOT NULL,
  payment_id UUID NOT NULL,
  statement_id UUID NOT NULL,
  place INTEGER NOT NULL,
  amount_minor INTEGER NOT NULL,
  CONSTRAINT payment_share_pkey PRIMARY KEY (client_id, payment_id, statement_id),
  CONSTRAINT payment_share_client_id_fkey FOREIGN KEY (client_id) REFERENCES portal.client (client_id) ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT payment_share_amount_check CHECK (amount_minor > 0)
);

-- Money that staff decided to pay back; the id is the idempotency key.
CREATE TABLE portal.refund_attempt (
  client_id UUID NOT NULL,
  id UUID NOT NULL,
  payment_id UUID NOT NULL,
  amount_minor INTEGER NOT NULL,
  account_id UUID NOT NULL,
  state TEXT NOT NULL,
  provider_id TEXT,
  created_at TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT refund_attempt_pkey PRIMARY KEY (client_id, id),
  CONSTRAINT refund_attempt_client_id_fkey FOREIGN KEY (client_id) REFERENCES portal.client (client_id) ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT refund_attempt_state_check CHECK (state IN ('open', 'done', 'failed')),
  CONSTRAINT refund_attempt_amount_check CHECK (amount_minor > 0)
);
CREATE INDEX refund_attempt_client_id_payment_id_idx ON portal.refund_attempt (client_id, payment_id);

-- Whom the payment service knows an account as: it is told no name and no address.
CREATE TABLE portal.payment_customer (
  account_id UUID NOT NULL,
  customer_id TEXT NOT NULL,
  created_at TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT payment_customer_pkey PRIMARY KEY (account_id),
  CONSTRAINT payment_customer_account_id_fkey FOREIGN KEY (account_id) REFERENCES portal.portal_account (id) ON DELETE RESTRICT ON UPDATE CASCADE
);

-- What the payment service has told, so that the same telling has no second effect.
CREATE TABLE portal.payment_event (
  id TEXT NOT NULL,
  at TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT payment_event_pkey PRIMARY KEY (id)
);
CREATE INDEX payment_event_at_idx ON portal.payment_event (at);
