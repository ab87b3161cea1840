-- The message that a file was sent with; null for documents, and until the message is there. A file that no message came
-- for goes after a while.
ALTER TABLE portal.stored_file ADD COLUMN message_id UUID;
