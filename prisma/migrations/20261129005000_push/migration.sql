-- Where a device wants to be told at once: the address that its browser's push service gave it, sealed.
CREATE TABLE portal.push_subscription (
  device_id uuid NOT NULL,
  account_id uuid NOT NULL,
  endpoint_tag text NOT NULL,
  sealed bytea NOT NULL,
  created_at timestamptz(3) NOT NULL,
  CONSTRAINT push_subscription_pkey PRIMARY KEY (device_id),
  CONSTRAINT push_subscription_device_id_fkey FOREIGN KEY (device_id) REFERENCES portal.device (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT push_subscription_account_id_fkey FOREIGN KEY (account_id) REFERENCES portal.portal_account (id) ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE UNIQUE INDEX push_subscription_endpoint_tag_key ON portal.push_subscription (endpoint_tag);
CREATE INDEX push_subscription_account_id_idx ON portal.push_subscription (account_id);

-- The key by which push services know this portal (VAPID): made once, the secret half sealed.
CREATE TABLE portal.push_key (
  id integer NOT NULL,
  public_key text NOT NULL,
  sealed bytea NOT NULL,
  created_at timestamptz(3) NOT NULL,
  CONSTRAINT push_key_pkey PRIMARY KEY (id)
);
