-- Files that are the answer to a question of a form. `draft_id`: the form that it was chosen for; as long as one of its
-- kind is open, the file stays. `submission_id`: what it was first handed in with; from then on it is one of the record.
ALTER TABLE portal.stored_file ADD COLUMN draft_id UUID;
ALTER TABLE portal.stored_file ADD COLUMN submission_id UUID;
CREATE INDEX stored_file_draft_idx ON portal.stored_file (client_id, draft_id) WHERE draft_id IS NOT NULL;
