-- What staff did about a box that could not be written; until then it waits for them.
ALTER TABLE portal.kiosk_answer ADD COLUMN settled_at TIMESTAMPTZ(3);

-- Boxes that lie on a tablet and that the server did not take; and whether staff give up what a leaving tablet still holds.
ALTER TABLE portal.kiosk_tablet ADD COLUMN refused INTEGER NOT NULL DEFAULT 0;
ALTER TABLE portal.kiosk_tablet ADD COLUMN gives_up BOOLEAN NOT NULL DEFAULT false;
