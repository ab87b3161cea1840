-- Sealed bytes cannot be compressed, so nobody tries; and a document of ordinary length stays in its row, where a new
-- version finds room on the same page and leaves the indexes alone.
ALTER TABLE portal.form_draft ALTER COLUMN body SET STORAGE EXTERNAL, SET (toast_tuple_target = 8160, fillfactor = 50);
ALTER TABLE portal.form_submission ALTER COLUMN body SET STORAGE EXTERNAL;
ALTER TABLE portal.appointment ALTER COLUMN body SET STORAGE EXTERNAL;
ALTER TABLE portal.appointment_request ALTER COLUMN body SET STORAGE EXTERNAL;
ALTER TABLE portal.refill_request ALTER COLUMN body SET STORAGE EXTERNAL;
ALTER TABLE portal.message ALTER COLUMN body SET STORAGE EXTERNAL;
ALTER TABLE portal.message_receipt ALTER COLUMN body SET STORAGE EXTERNAL;
ALTER TABLE portal.medication ALTER COLUMN body SET STORAGE EXTERNAL;
ALTER TABLE portal.shared_document ALTER COLUMN body SET STORAGE EXTERNAL;
ALTER TABLE portal.statement ALTER COLUMN body SET STORAGE EXTERNAL;
ALTER TABLE portal.payment ALTER COLUMN body SET STORAGE EXTERNAL;
ALTER TABLE portal.profile ALTER COLUMN body SET STORAGE EXTERNAL, SET (fillfactor = 70);
ALTER TABLE portal.notice ALTER COLUMN body SET STORAGE EXTERNAL;
ALTER TABLE portal.field_history ALTER COLUMN sealed SET STORAGE EXTERNAL;
ALTER TABLE portal.quarantine ALTER COLUMN sealed SET STORAGE EXTERNAL;
ALTER TABLE portal.client_head SET (fillfactor = 70);

-- These rows are written only by a transaction that holds the lock on the client's head, and a head refers to its
-- client, which therefore cannot be gone: the check of each row again cost a lock and a log record of its own.
ALTER TABLE portal.client_head_log DROP CONSTRAINT client_head_log_client_id_fkey;
ALTER TABLE portal.change_feed DROP CONSTRAINT change_feed_client_id_fkey;
ALTER TABLE portal.field_history DROP CONSTRAINT field_history_client_id_fkey;
ALTER TABLE portal.mutation_result DROP CONSTRAINT mutation_result_client_id_fkey;

-- One index for both questions: the entries of a document, and those of one of its fields.
ALTER TABLE portal.field_history DROP CONSTRAINT field_history_pkey;
DROP INDEX portal.field_history_client_id_collection_document_id_field_tag_until_rev_idx;
ALTER TABLE portal.field_history
  ADD CONSTRAINT field_history_pkey PRIMARY KEY (client_id, collection, document_id, field_tag, until_rev, id);
