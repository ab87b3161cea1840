-- Data keys of a client follow each other: the newest seals, the older ones open until nothing needs them.
ALTER TABLE portal.client_key ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
UPDATE portal.client_key k SET version = o.place
FROM (SELECT client_id, key_id, row_number() OVER (PARTITION BY client_id ORDER BY created_at, key_id) AS place
  FROM portal.client_key) AS o
WHERE k.client_id = o.client_id AND k.key_id = o.key_id AND k.version <> o.place;
CREATE UNIQUE INDEX client_key_client_id_version_key ON portal.client_key (client_id, version);

-- How often that set changed: whoever locks the head learns of a key that was added or taken away.
ALTER TABLE portal.client_head ADD COLUMN key_changes INTEGER NOT NULL DEFAULT 0;

-- The key of a client's field tags outlives the data key that it was derived from. Where there is none yet, it still is.
CREATE TABLE portal.client_tag_key (
  client_id UUID NOT NULL,
  kek_id TEXT NOT NULL,
  wrapped BYTEA NOT NULL,
  created_at TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  CONSTRAINT client_tag_key_pkey PRIMARY KEY (client_id),
  CONSTRAINT client_tag_key_client_id_fkey FOREIGN KEY (client_id) REFERENCES portal.client (client_id) ON DELETE RESTRICT ON UPDATE CASCADE
);

-- A run over all clients: one that broke off is gone on with, under the time at which it began.
CREATE TABLE portal.data_key_rotation (
  id UUID NOT NULL,
  started_at TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
  finished_at TIMESTAMPTZ(3),
  CONSTRAINT data_key_rotation_pkey PRIMARY KEY (id)
);
CREATE UNIQUE INDEX data_key_rotation_under_way ON portal.data_key_rotation ((finished_at IS NULL)) WHERE finished_at IS NULL;
