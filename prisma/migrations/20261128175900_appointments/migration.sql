-- Requests wait in the order in which they were made; and times that a practice offers, each booked once.

ALTER TABLE portal.appointment_request ADD COLUMN requested_at TIMESTAMPTZ(3);
UPDATE portal.appointment_request SET requested_at = updated_at;
CREATE INDEX appointment_request_open_idx ON portal.appointment_request (requested_at, id)
  WHERE status IN ('requested', 'proposed', 'needs-review') AND NOT deleted;
CREATE INDEX appointment_request_client_id_subject_id_idx ON portal.appointment_request (client_id, subject_id);
CREATE INDEX appointment_starts_at_idx ON portal.appointment (starts_at, id);

CREATE TABLE portal.appointment_slot (
  id UUID NOT NULL,
  practice_id UUID NOT NULL,
  clinician_account_id UUID NOT NULL,
  starts_at TIMESTAMPTZ(3) NOT NULL,
  ends_at TIMESTAMPTZ(3) NOT NULL,
  kind TEXT NOT NULL,
  place TEXT NOT NULL,
  created_by UUID NOT NULL,
  created_at TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT appointment_slot_pkey PRIMARY KEY (id),
  CONSTRAINT appointment_slot_check1 CHECK (ends_at > starts_at),
  CONSTRAINT appointment_slot_check2 CHECK (kind IN ('in-person', 'telehealth')),
  CONSTRAINT appointment_slot_practice_id_fkey FOREIGN KEY (practice_id) REFERENCES portal.practice (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT appointment_slot_clinician_account_id_fkey FOREIGN KEY (clinician_account_id) REFERENCES portal.portal_account (id) ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE UNIQUE INDEX appointment_slot_clinician_account_id_starts_at_key ON portal.appointment_slot (clinician_account_id, starts_at);
CREATE INDEX appointment_slot_practice_id_starts_at_idx ON portal.appointment_slot (practice_id, starts_at, id);

-- A slot is taken while there is a row of it here: whoever inserts it first has it.
CREATE TABLE portal.slot_booking (
  client_id UUID NOT NULL,
  slot_id UUID NOT NULL,
  appointment_id UUID NOT NULL,
  booked_by UUID NOT NULL,
  booked_at TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT slot_booking_pkey PRIMARY KEY (client_id, slot_id),
  CONSTRAINT slot_booking_client_id_fkey FOREIGN KEY (client_id) REFERENCES portal.client (client_id) ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT slot_booking_slot_id_fkey FOREIGN KEY (slot_id) REFERENCES portal.appointment_slot (id) ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE UNIQUE INDEX slot_booking_slot_id_key ON portal.slot_booking (slot_id);
CREATE INDEX slot_booking_client_id_appointment_id_idx ON portal.slot_booking (client_id, appointment_id);
