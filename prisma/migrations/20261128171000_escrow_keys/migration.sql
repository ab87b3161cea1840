-- Keys that devices seal their own data keys to: the secret half, wrapped by the key-encryption key. The newest is given
-- out; every one opens what was sealed to it.
CREATE TABLE portal.escrow_key (
  generation INTEGER NOT NULL,
  key_id TEXT NOT NULL,
  kek_id TEXT NOT NULL,
  wrapped BYTEA NOT NULL,
  created_at TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  CONSTRAINT escrow_key_pkey PRIMARY KEY (generation)
);
CREATE UNIQUE INDEX escrow_key_key_id_key ON portal.escrow_key (key_id);
