-- The audit trail becomes hash-chained and append-only. SPEC: sync-server/platform/SPEC.md, A1 to A6.
-- A record has a chain of its own, whose end lies in its head; all else is spread over sixteen lanes.
ALTER TABLE portal.client_head
  ADD COLUMN audit_seq BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN audit_hash BYTEA NOT NULL DEFAULT decode(repeat('00', 32), 'hex');

CREATE TABLE portal.audit_lane (
  chain UUID NOT NULL,
  seq BIGINT NOT NULL DEFAULT 0,
  hash BYTEA NOT NULL DEFAULT decode(repeat('00', 32), 'hex'),
  CONSTRAINT audit_lane_pkey PRIMARY KEY (chain)
);
INSERT INTO portal.audit_lane (chain)
SELECT ('a0d17000-0000-4000-8000-' || lpad(to_hex(n), 12, '0'))::uuid FROM generate_series(1, 16) AS n;

ALTER TABLE portal.audit_event
  ADD COLUMN chain UUID, ADD COLUMN seq BIGINT, ADD COLUMN practice_id UUID,
  ADD COLUMN prev_hash BYTEA, ADD COLUMN hash BYTEA;

UPDATE portal.audit_event e SET practice_id = coalesce(
  (SELECT c.practice_id FROM portal.client c WHERE c.client_id = e.client_id),
  (SELECT a.practice_id FROM portal.portal_account a WHERE a.id = e.account_id));

INSERT INTO portal.client_head (client_id, epoch, seq, chk)
SELECT DISTINCT e.client_id, 1, 0, '0000000000000000' FROM portal.audit_event e JOIN portal.client USING (client_id)
ON CONFLICT (client_id) DO NOTHING;

-- What was written before there were chains is chained in the order of its time.
CREATE FUNCTION portal.audit_text(value TEXT) RETURNS BYTEA LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN value IS NULL THEN int4send(-1)
    ELSE int4send(octet_length(convert_to(value, 'UTF8'))) || convert_to(value, 'UTF8') END
$$;
DO $$
DECLARE
  e RECORD;
  at_chain UUID;
  place BIGINT;
  previous BYTEA;
  linked BYTEA;
BEGIN
  FOR e IN
    SELECT v.*, coalesce(h.client_id, 'a0d17000-0000-4000-8000-000000000001') AS of_chain
    FROM portal.audit_event v LEFT JOIN portal.client_head h USING (client_id)
    ORDER BY of_chain, v.at, v.id
  LOOP
    IF at_chain IS DISTINCT FROM e.of_chain THEN
      at_chain := e.of_chain;
      place := 0;
      previous := decode(repeat('00', 32), 'hex');
    END IF;
    place := place + 1;
    linked := sha256(previous || int8send(place) || sha256(
      portal.audit_text('mentalspace.audit.v1') || portal.audit_text(e.of_chain::text)
      || portal.audit_text(e.client_id::text)
      || portal.audit_text(round(extract(epoch FROM e.at) * 1000)::bigint::text)
      || portal.audit_text(e.practice_id::text) || portal.audit_text(e.account_id::text)
      || portal.audit_text(e.device_id::text) || portal.audit_text(e.role) || portal.audit_text(e.action)
      || portal.audit_text(e.outcome) || portal.audit_text(e.collection::text)
      || portal.audit_text(e.document_id::text) || portal.audit_text(e.count::text)
      || portal.audit_text(e.reason) || portal.audit_text(e.ip) || portal.audit_text(e.user_agent)));
    UPDATE portal.audit_event SET chain = e.of_chain, seq = place, prev_hash = previous, hash = linked
      WHERE client_id = e.client_id AND id = e.id;
    previous := linked;
    IF e.of_chain = e.client_id THEN
      UPDATE portal.client_head SET audit_seq = place, audit_hash = linked WHERE client_id = e.client_id;
    ELSE
      UPDATE portal.audit_lane SET seq = place, hash = linked WHERE chain = e.of_chain;
    END IF;
  END LOOP;
END
$$;
DROP FUNCTION portal.audit_text(TEXT);

-- An event is named by its place in its chain: the random id said nothing.
ALTER TABLE portal.audit_event
  DROP CONSTRAINT audit_event_pkey,
  DROP COLUMN id,
  ALTER COLUMN chain SET NOT NULL,
  ALTER COLUMN seq SET NOT NULL,
  ALTER COLUMN prev_hash SET NOT NULL,
  ALTER COLUMN hash SET NOT NULL,
  ADD CONSTRAINT audit_event_pkey PRIMARY KEY (client_id, chain, seq);
CREATE UNIQUE INDEX audit_event_lane_key ON portal.audit_event (chain, seq) WHERE chain <> client_id;
CREATE INDEX audit_event_practice_id_at_idx ON portal.audit_event (practice_id, at);

-- The second line, behind the privileges of the application's role; it holds for the owner as well.
CREATE FUNCTION portal.refuse_audit_change() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'portal.audit_event is append-only: % is refused', TG_OP;
END
$$;
CREATE TRIGGER audit_event_append_only BEFORE UPDATE OR DELETE ON portal.audit_event
  FOR EACH ROW EXECUTE FUNCTION portal.refuse_audit_change();
CREATE TRIGGER audit_event_no_truncate BEFORE TRUNCATE ON portal.audit_event
  FOR EACH STATEMENT EXECUTE FUNCTION portal.refuse_audit_change();
