-- What a payer's bank takes back of a payment, and gives back when the practice wins, is an entry of its own kind.
ALTER TABLE portal.ledger_entry
  DROP CONSTRAINT ledger_entry_kind_check,
  DROP CONSTRAINT ledger_entry_amount_check,
  ADD CONSTRAINT ledger_entry_kind_check CHECK (kind IN ('charge', 'adjustment', 'payment', 'refund', 'dispute')),
  ADD CONSTRAINT ledger_entry_amount_check CHECK (
    amount_minor <> 0 AND (kind <> 'payment' OR amount_minor < 0)
    AND (kind NOT IN ('payment', 'refund', 'dispute') OR payment_id IS NOT NULL)
  );

-- How often what the payment service says of a payment was booked: a look that began before the last booking is made again.
ALTER TABLE portal.payment_attempt ADD COLUMN looks INTEGER NOT NULL DEFAULT 0;
