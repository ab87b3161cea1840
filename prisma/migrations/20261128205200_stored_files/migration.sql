-- Files of a record: documents that the practice shares, and what is attached to messages. Their bytes lie in a store of
-- files, sealed under a key of each file; that key lies here, sealed with the client's data key.
CREATE TABLE portal.stored_file (
  client_id UUID NOT NULL,
  id UUID NOT NULL,
  purpose TEXT NOT NULL,
  state TEXT NOT NULL,
  place TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  received INTEGER NOT NULL DEFAULT 0,
  mime_type TEXT,
  sealed BYTEA NOT NULL,
  created_by UUID NOT NULL,
  created_at TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT stored_file_pkey PRIMARY KEY (client_id, id),
  CONSTRAINT stored_file_client_id_fkey FOREIGN KEY (client_id) REFERENCES portal.client (client_id) ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE INDEX stored_file_state_created_at_idx ON portal.stored_file (state, created_at);

-- Bytes that belong to nobody any more, until they are gone from the store too.
CREATE TABLE portal.file_removal (
  place TEXT NOT NULL,
  parts INTEGER NOT NULL,
  removed_at TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT file_removal_pkey PRIMARY KEY (place)
);

-- Whatever takes the row away (a withdrawal, an upload that was given up, an erased record), the bytes follow. A part may
-- be on its way: its number is not counted yet.
CREATE FUNCTION portal.follow_stored_file() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO portal.file_removal (place, parts) VALUES (OLD.place, OLD.received + 1) ON CONFLICT (place) DO NOTHING;
  RETURN NULL;
END $$;
CREATE TRIGGER stored_file_followed AFTER DELETE ON portal.stored_file FOR EACH ROW EXECUTE FUNCTION portal.follow_stored_file();
