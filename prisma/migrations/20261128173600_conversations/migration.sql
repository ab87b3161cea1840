-- Conversations as the practice works on them: who waits since when, whose turn it is.
ALTER TABLE portal.message ADD COLUMN received_at TIMESTAMPTZ(3);
ALTER TABLE portal.message ADD COLUMN urgent BOOLEAN NOT NULL DEFAULT false;
UPDATE portal.message SET received_at = sent_at;
ALTER TABLE portal.message_receipt ADD COLUMN reader TEXT NOT NULL DEFAULT '';
CREATE INDEX message_receipt_client_id_thread_id_reader_idx ON portal.message_receipt (client_id, thread_id, reader);

CREATE TABLE portal.message_thread (
  client_id UUID NOT NULL,
  thread_id UUID NOT NULL,
  practice_id UUID NOT NULL,
  first_message_id UUID NOT NULL,
  last_message_id UUID NOT NULL,
  last_at TIMESTAMPTZ(3) NOT NULL,
  last_author TEXT NOT NULL,
  messages INTEGER NOT NULL,
  waiting_since TIMESTAMPTZ(3),
  urgent BOOLEAN NOT NULL DEFAULT false,
  assigned_account_id UUID,
  CONSTRAINT message_thread_pkey PRIMARY KEY (client_id, thread_id),
  CONSTRAINT message_thread_client_id_fkey FOREIGN KEY (client_id) REFERENCES portal.client (client_id) ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT message_thread_assigned_account_id_fkey FOREIGN KEY (assigned_account_id) REFERENCES portal.portal_account (id) ON DELETE SET NULL ON UPDATE CASCADE
);
CREATE INDEX message_thread_client_id_last_at_idx ON portal.message_thread (client_id, last_at);
CREATE INDEX message_thread_practice_id_waiting_since_idx ON portal.message_thread (practice_id, waiting_since);

-- Whatever writes a message, the conversation it belongs to follows in the same transaction.
CREATE FUNCTION portal.follow_message() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO portal.message_thread AS t (client_id, thread_id, practice_id, first_message_id, last_message_id, last_at,
    last_author, messages, waiting_since, urgent)
  SELECT NEW.client_id, NEW.thread_id, c.practice_id, NEW.id, NEW.id, COALESCE(NEW.received_at, NEW.sent_at), NEW.author, 1,
    CASE WHEN NEW.author = 'staff' THEN NULL ELSE COALESCE(NEW.received_at, NEW.sent_at) END,
    NEW.urgent AND NEW.author <> 'staff'
  FROM portal.client c WHERE c.client_id = NEW.client_id
  ON CONFLICT (client_id, thread_id) DO UPDATE SET
    last_message_id = CASE WHEN EXCLUDED.last_at >= t.last_at THEN EXCLUDED.last_message_id ELSE t.last_message_id END,
    last_author = CASE WHEN EXCLUDED.last_at >= t.last_at THEN EXCLUDED.last_author ELSE t.last_author END,
    last_at = GREATEST(t.last_at, EXCLUDED.last_at),
    messages = t.messages + 1,
    waiting_since = CASE WHEN EXCLUDED.last_author = 'staff' THEN NULL
      ELSE COALESCE(t.waiting_since, EXCLUDED.waiting_since) END,
    urgent = CASE WHEN EXCLUDED.last_author = 'staff' THEN false ELSE t.urgent OR EXCLUDED.urgent END;
  RETURN NULL;
END $$;

-- What was written before, in its order.
INSERT INTO portal.message_thread (client_id, thread_id, practice_id, first_message_id, last_message_id, last_at, last_author,
  messages, waiting_since)
SELECT m.client_id, m.thread_id, c.practice_id,
  (array_agg(m.id ORDER BY m.sent_at, m.id))[1], (array_agg(m.id ORDER BY m.sent_at DESC, m.id DESC))[1], max(m.sent_at),
  (array_agg(m.author ORDER BY m.sent_at DESC, m.id DESC))[1], count(*),
  CASE WHEN (array_agg(m.author ORDER BY m.sent_at DESC, m.id DESC))[1] <> 'staff' THEN max(m.sent_at) END
FROM portal.message m JOIN portal.client c ON c.client_id = m.client_id
GROUP BY m.client_id, m.thread_id, c.practice_id;

CREATE TRIGGER message_followed AFTER INSERT ON portal.message FOR EACH ROW EXECUTE FUNCTION portal.follow_message();

-- Texts that staff start an answer with.
CREATE TABLE portal.message_template (
  id UUID NOT NULL,
  practice_id UUID NOT NULL,
  title TEXT NOT NULL,
  body TEXT NOT NULL,
  created_by UUID NOT NULL,
  created_at TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT message_template_pkey PRIMARY KEY (id),
  CONSTRAINT message_template_practice_id_fkey FOREIGN KEY (practice_id) REFERENCES portal.practice (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT message_template_created_by_fkey FOREIGN KEY (created_by) REFERENCES portal.portal_account (id) ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE INDEX message_template_practice_id_idx ON portal.message_template (practice_id);
