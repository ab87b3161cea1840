-- Refills wait in the order in which they were asked for.

ALTER TABLE portal.refill_request ADD COLUMN requested_at TIMESTAMPTZ(3);
UPDATE portal.refill_request SET requested_at = updated_at;
CREATE INDEX refill_request_under_way_idx ON portal.refill_request (requested_at, id)
  WHERE status IN ('requested', 'more-information', 'approved', 'sent') AND NOT deleted;
CREATE INDEX refill_request_client_id_requested_at_idx ON portal.refill_request (client_id, requested_at, id);
