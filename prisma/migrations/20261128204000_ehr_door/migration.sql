-- Accounts of machines: the record system's. The keys are public halves.
CREATE TABLE portal.ehr_account (
  account_id UUID NOT NULL,
  practice_id UUID NOT NULL,
  scopes TEXT[] NOT NULL,
  keys JSONB NOT NULL,
  created_at TIMESTAMPTZ(3) NOT NULL,
  last_used_at TIMESTAMPTZ(3),
  CONSTRAINT ehr_account_pkey PRIMARY KEY (account_id),
  CONSTRAINT ehr_account_account_id_fkey FOREIGN KEY (account_id) REFERENCES portal.portal_account (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT ehr_account_practice_id_fkey FOREIGN KEY (practice_id) REFERENCES portal.practice (id) ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE INDEX ehr_account_practice_id_idx ON portal.ehr_account (practice_id);

-- What the record system calls what it feeds, and the revision that it wrote last.
CREATE TABLE portal.ehr_link (
  client_id UUID NOT NULL,
  resource TEXT NOT NULL,
  external_id TEXT NOT NULL,
  practice_id UUID NOT NULL,
  document_id UUID NOT NULL,
  rev INTEGER NOT NULL,
  CONSTRAINT ehr_link_pkey PRIMARY KEY (client_id, resource, external_id),
  CONSTRAINT ehr_link_client_id_fkey FOREIGN KEY (client_id) REFERENCES portal.client (client_id) ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE UNIQUE INDEX ehr_link_practice_id_resource_external_id_key ON portal.ehr_link (practice_id, resource, external_id);
CREATE INDEX ehr_link_client_id_document_id_idx ON portal.ehr_link (client_id, document_id);

-- What changed and may concern the record system: one row a document, numbered after its commit, so that no number
-- becomes visible after a higher one was read.
CREATE TABLE portal.ehr_change (
  client_id UUID NOT NULL,
  collection INTEGER NOT NULL,
  document_id UUID NOT NULL,
  practice_id UUID NOT NULL,
  seq INTEGER NOT NULL,
  rev INTEGER NOT NULL,
  position BIGINT,
  CONSTRAINT ehr_change_pkey PRIMARY KEY (client_id, collection, document_id),
  CONSTRAINT ehr_change_client_id_fkey FOREIGN KEY (client_id) REFERENCES portal.client (client_id) ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE UNIQUE INDEX ehr_change_practice_id_position_key ON portal.ehr_change (practice_id, position);
CREATE INDEX ehr_change_not_numbered_idx ON portal.ehr_change (practice_id) WHERE position IS NULL;
CREATE INDEX ehr_change_practice_id_document_id_idx ON portal.ehr_change (practice_id, document_id);

-- Where a practice's numbers end; its row lock lets one at a time give them out.
CREATE TABLE portal.ehr_feed (
  practice_id UUID NOT NULL,
  epoch INTEGER NOT NULL DEFAULT 1,
  position BIGINT NOT NULL DEFAULT 0,
  CONSTRAINT ehr_feed_pkey PRIMARY KEY (practice_id),
  CONSTRAINT ehr_feed_practice_id_fkey FOREIGN KEY (practice_id) REFERENCES portal.practice (id) ON DELETE RESTRICT ON UPDATE CASCADE
);

-- Appointments, requests, messages and submissions (shared/protocol/collections.ts); nothing for what is being typed.
CREATE FUNCTION portal.follow_for_ehr() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO portal.ehr_change (client_id, collection, document_id, practice_id, seq, rev)
  SELECT NEW.client_id, NEW.collection, NEW.document_id, c.practice_id, NEW.seq, NEW.rev
  FROM portal.client c WHERE c.client_id = NEW.client_id
  ON CONFLICT (client_id, collection, document_id)
    DO UPDATE SET seq = EXCLUDED.seq, rev = EXCLUDED.rev, position = NULL;
  RETURN NULL;
END $$;

INSERT INTO portal.ehr_change (client_id, collection, document_id, practice_id, seq, rev)
SELECT f.client_id, f.collection, f.document_id, c.practice_id, f.seq, f.rev
FROM portal.change_feed f JOIN portal.client c ON c.client_id = f.client_id
WHERE f.collection IN (1, 2, 3, 7);

CREATE TRIGGER change_followed_for_ehr AFTER INSERT OR UPDATE ON portal.change_feed FOR EACH ROW
  WHEN (NEW.collection IN (1, 2, 3, 7)) EXECUTE FUNCTION portal.follow_for_ehr();
