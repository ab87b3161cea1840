/**
 * The audit trail: who did what with which document, written in the transaction that does it, so that nothing happens
 * unrecorded. The application only ever adds rows; its database role can do nothing else. Each row hangs on the one
 * before it in its chain: a record has one, which its head's lock serializes; all else goes to one of a few lanes.
 * Whoever needs both in one transaction takes the head first. SPEC: sync-server/platform/SPEC.md.
 */
import { randomInt } from 'node:crypto'
import { type AuditEvent, contentHash, keptUserAgent, type LinkedEvent, NO_CLIENT } from './audit-chain.ts'
import { auditing } from './audit-failures.ts'
import type { SqlTransaction } from './database.ts'

/** As many as the migration made; a transaction holds one of them until it commits. */
const LANES = Array.from(
  { length: 16 },
  (_, index) => `a0d17000-0000-4000-8000-${(index + 1).toString(16).padStart(12, '0')}`,
)
const laneOf = new WeakMap<SqlTransaction, string>()

/** What belongs to no record, or is refused to somebody who has nothing to do with it. */
export async function appendAudit(tx: SqlTransaction, events: readonly AuditEvent[]): Promise<void> {
  if (events.length === 0) return
  // One for the whole transaction: two that take two lanes in different orders would wait for each other.
  const lane = laneOf.get(tx) ?? (LANES[randomInt(LANES.length)] as string)
  laneOf.set(tx, lane)
  for (const event of events) {
    const written = await auditing(tx.$executeRaw`
      WITH lane AS (
        SELECT seq + 1 AS seq, hash AS prev FROM portal.audit_lane WHERE chain = ${lane}::uuid FOR UPDATE
      ), next AS (
        SELECT seq, prev, sha256(prev || int8send(seq) || ${contentHash(lane, event)}::bytea) AS hash FROM lane
      ), moved AS (
        UPDATE portal.audit_lane l SET seq = next.seq, hash = next.hash FROM next WHERE l.chain = ${lane}::uuid
      )
      INSERT INTO portal.audit_event (chain, seq, prev_hash, hash, client_id, at, practice_id, account_id, device_id,
        role, action, outcome, collection, document_id, count, reason, ip, user_agent)
      SELECT ${lane}::uuid, next.seq, next.prev, next.hash, r.client_id, r.at, r.practice_id, r.account_id, r.device_id,
        r.role, r.action, r.outcome, r.collection, r.document_id, r.count, r.reason, r.ip, r.user_agent
      FROM next, json_to_record(${JSON.stringify(columnsOf(event))}::text::json) AS r(client_id uuid, at timestamptz,
        practice_id uuid, account_id uuid, device_id uuid, role text, action text, outcome text, collection integer,
        document_id uuid, count integer, reason text, ip text, user_agent text)`)
    if (written !== 1) throw new Error('A lane of the audit trail is missing.')
  }
}

/** To the chain of the record that `event` is about, by somebody who may; waits for the record's head. */
export async function appendToRecord(tx: SqlTransaction, event: AuditEvent): Promise<void> {
  const record = event.clientId ?? NO_CLIENT
  const append = () =>
    auditing(tx.$executeRaw`
    WITH head AS (
      SELECT audit_seq + 1 AS seq, audit_hash AS prev FROM portal.client_head
      WHERE client_id = ${record}::uuid FOR UPDATE
    ), next AS (
      SELECT seq, prev, sha256(prev || int8send(seq) || ${contentHash(record, event)}::bytea) AS hash FROM head
    ), moved AS (
      UPDATE portal.client_head h SET audit_seq = next.seq, audit_hash = next.hash FROM next
      WHERE h.client_id = ${record}::uuid
    )
    INSERT INTO portal.audit_event (chain, seq, prev_hash, hash, client_id, at, practice_id, account_id, device_id,
      role, action, outcome, collection, document_id, count, reason, ip, user_agent)
    SELECT r.client_id, next.seq, next.prev, next.hash, r.client_id, r.at, r.practice_id, r.account_id, r.device_id,
      r.role, r.action, r.outcome, r.collection, r.document_id, r.count, r.reason, r.ip, r.user_agent
    FROM next, json_to_record(${JSON.stringify(columnsOf(event))}::text::json) AS r(client_id uuid, at timestamptz,
      practice_id uuid, account_id uuid, device_id uuid, role text, action text, outcome text, collection integer,
      document_id uuid, count integer, reason text, ip text, user_agent text)`)
  if ((await append()) === 1) return
  // Nothing was ever written for this client.
  await tx.$executeRaw`
    INSERT INTO portal.client_head (client_id, epoch, seq, chk) VALUES (${record}::uuid, 1, 0, '0000000000000000')
    ON CONFLICT (client_id) DO NOTHING`
  if ((await append()) !== 1) throw new Error('The audit chain of a record has no end.')
}

/** Rows linked under the locks of their heads; whoever links them moves the heads. */
export async function putLinkedAudit(tx: SqlTransaction, linked: readonly LinkedEvent[]): Promise<void> {
  if (linked.length === 0) return
  const events = linked.map(({ event }) => columnsOf(event))
  const hex = (text: string) => Buffer.from(text, 'hex')
  await auditing(tx.$executeRaw`
    INSERT INTO portal.audit_event (chain, seq, prev_hash, hash, client_id, at, practice_id, account_id, device_id,
      role, action, outcome, collection, document_id, count, reason, ip, user_agent)
    SELECT * FROM unnest(${linked.map(({ chain }) => chain)}::uuid[], ${linked.map(({ seq }) => seq)}::bigint[],
      ${linked.map(({ prevHash }) => hex(prevHash))}::bytea[], ${linked.map(({ hash }) => hex(hash))}::bytea[],
      ${events.map((event) => event.client_id)}::uuid[], ${linked.map(({ event }) => new Date(event.at))}::timestamptz[],
      ${events.map((event) => event.practice_id)}::uuid[], ${events.map((event) => event.account_id)}::uuid[],
      ${events.map((event) => event.device_id)}::uuid[], ${events.map((event) => event.role)}::text[],
      ${events.map((event) => event.action)}::text[], ${events.map((event) => event.outcome)}::text[],
      ${events.map((event) => event.collection)}::integer[], ${events.map((event) => event.document_id)}::uuid[],
      ${events.map((event) => event.count)}::integer[], ${events.map((event) => event.reason)}::text[],
      ${events.map((event) => event.ip)}::text[], ${events.map((event) => event.user_agent)}::text[])`)
}

const columnsOf = (event: AuditEvent) => ({
  client_id: event.clientId ?? NO_CLIENT,
  at: new Date(event.at).toISOString(),
  practice_id: event.practiceId,
  account_id: event.accountId,
  device_id: event.deviceId,
  role: event.role,
  action: event.action,
  outcome: event.outcome,
  collection: event.collection,
  document_id: event.documentId,
  count: event.count ?? 1,
  reason: event.reason,
  ip: event.ip,
  user_agent: keptUserAgent(event.userAgent),
})
