-- Where a record system wants to be told that something changed. The secrets are sealed.
CREATE TABLE portal.ehr_webhook (
  id UUID NOT NULL,
  practice_id UUID NOT NULL,
  account_id UUID NOT NULL,
  url TEXT NOT NULL,
  types TEXT[] NOT NULL,
  secret BYTEA NOT NULL,
  previous_secret BYTEA,
  previous_until TIMESTAMPTZ(3),
  created_at TIMESTAMPTZ(3) NOT NULL,
  failures INTEGER NOT NULL DEFAULT 0,
  retry_at TIMESTAMPTZ(3),
  last_status TEXT,
  CONSTRAINT ehr_webhook_pkey PRIMARY KEY (id),
  CONSTRAINT ehr_webhook_account_id_fkey FOREIGN KEY (account_id) REFERENCES portal.ehr_account (account_id) ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE INDEX ehr_webhook_practice_id_idx ON portal.ehr_webhook (practice_id);
CREATE INDEX ehr_webhook_account_id_idx ON portal.ehr_webhook (account_id);

-- What was sent there, or could not be.
CREATE TABLE portal.ehr_delivery (
  id UUID NOT NULL,
  webhook_id UUID NOT NULL,
  changes INTEGER NOT NULL,
  created_at TIMESTAMPTZ(3) NOT NULL,
  good_until TIMESTAMPTZ(3) NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  delivered_at TIMESTAMPTZ(3),
  last_status TEXT,
  CONSTRAINT ehr_delivery_pkey PRIMARY KEY (id),
  CONSTRAINT ehr_delivery_webhook_id_fkey FOREIGN KEY (webhook_id) REFERENCES portal.ehr_webhook (id) ON DELETE CASCADE ON UPDATE CASCADE
);
CREATE INDEX ehr_delivery_webhook_id_created_at_idx ON portal.ehr_delivery (webhook_id, created_at);
