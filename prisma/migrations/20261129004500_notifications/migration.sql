-- What was told to whom: one row for each event, account and channel, so that nothing is told twice.
CREATE TABLE portal.notification (
  id uuid NOT NULL,
  account_id uuid NOT NULL,
  client_id uuid,
  channel text NOT NULL,
  event text NOT NULL,
  event_key text NOT NULL,
  created_at timestamptz(3) NOT NULL,
  sent_at timestamptz(3),
  CONSTRAINT notification_pkey PRIMARY KEY (id),
  CONSTRAINT notification_account_id_fkey FOREIGN KEY (account_id) REFERENCES portal.portal_account (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT notification_client_id_fkey FOREIGN KEY (client_id) REFERENCES portal.client (client_id) ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT notification_check1 CHECK (channel IN ('email', 'sms', 'push'))
);
CREATE UNIQUE INDEX notification_account_id_channel_event_key_key ON portal.notification (account_id, channel, event_key);
CREATE INDEX notification_client_id_idx ON portal.notification (client_id);
CREATE INDEX notification_created_at_idx ON portal.notification (created_at);

-- Where nothing goes any more: an address that bounced, a number that said STOP, a kind that an account without a
-- profile unsubscribed from. Only as keyed hashes.
CREATE TABLE portal.notice_block (
  channel text NOT NULL,
  subject text NOT NULL,
  reason text NOT NULL,
  created_at timestamptz(3) NOT NULL,
  CONSTRAINT notice_block_pkey PRIMARY KEY (channel, subject),
  CONSTRAINT notice_block_check1 CHECK (channel IN ('email', 'sms', 'push'))
);
