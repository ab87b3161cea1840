/**
 * What hello, a pull of one change and a push of one change cost as a record and a practice grow. Rows that only have to
 * be there are generated inside Postgres; their bodies are never opened.
 */
import type { SocketDevice } from '../harness/socket-device.ts'
import { type BusyDevice, type BusyPractice, openBusyPractice } from './busy-practice.ts'
import { sizes } from './flags.ts'
import { enter, pushOne } from './socket-load.ts'
import { type Figure, median } from './table.ts'

const ROUNDS = 200

export async function measureServerGrowth(): Promise<readonly Figure[]> {
  const { documents, rows } = sizes({ documents: 100_000, rows: 1_000_000 })
  await using practice = await openBusyPractice()
  const figures: Figure[] = []
  const table = async (
    name: string,
    counts: readonly number[],
    grow: (to: number) => Promise<BusyDevice>,
  ) => {
    const first = new Map<string, number[]>()
    for (const count of counts) {
      const device = await grow(count)
      await practice.sql.query('ANALYZE')
      const times = await measureOne(practice, device)
      for (const [what, runs] of times) {
        const baseline = first.get(what)
        if (baseline === undefined) first.set(what, runs)
        figures.push({
          what: `${what}, ${count.toLocaleString('en-US')} ${name}`,
          conditions: `median of ${ROUNDS} one after the other over a socket, Postgres with fsync`,
          unit: 'ms',
          runs: [median(runs)],
          ...(baseline === undefined
            ? {}
            : { baseline: { what: `with ${counts[0]}`, runs: [median(baseline)] } }),
        })
      }
    }
  }
  const [owner] = await practice.addClients(1, { drafts: true })
  if (owner === undefined) throw new Error('No client.')
  await table("documents of the client's own", [100, documents], async (to) => {
    await addDocuments(practice, owner, to)
    return owner
  })
  await table('clients of the practice', [10, rows], async (to) => {
    await addStrangers(practice, to)
    const [device] = await practice.addClients(1, { drafts: true })
    return device ?? owner
  })
  return figures
}

async function measureOne(practice: BusyPractice, device: BusyDevice): Promise<Map<string, number[]>> {
  const { socket } = await enter(practice.server.url, device)
  using _socket: SocketDevice = socket
  const times = new Map<string, number[]>([
    ['push of one change', []],
    ['pull of one change', []],
    ['hello', []],
  ])
  const timed = async <T>(what: string, run: () => Promise<T>): Promise<T> => {
    const started = performance.now()
    const value = await run()
    times.get(what)?.push(performance.now() - started)
    return value
  }
  const { rows } = await practice.sql.query<{ rev: number; number: number }>(
    `SELECT d.rev, (SELECT coalesce(max(number), 0) FROM portal.mutation_result WHERE client_id = $1) AS number
     FROM portal.form_draft d WHERE client_id = $1 AND id = $2`,
    [device.clientId, device.draftId],
  )
  let [rev, number] = [rows[0]?.rev ?? 1, rows[0]?.number ?? 0]
  const { clientId: client, deviceId } = device
  for (let round = 0; round < ROUNDS; round += 1) {
    number += 1
    const mine = { number, rev }
    const pushed = await timed('push of one change', () =>
      pushOne(device, socket, mine.number, mine.rev, [['answers/q1', `round ${mine.number}`]]),
    )
    rev = pushed.rev
    await timed('pull of one change', () => socket.ask('pull', { client, after: pushed.from, upTo: null }))
    const cursor = pushed.to
    await timed('hello', () => socket.ask('hello', { p: 1, v: 1, client, device: deviceId, cursor, m: 1 }))
  }
  // The first ones warm plans and caches.
  return new Map([...times].map(([what, all]) => [what, all.slice(ROUNDS / 4)]))
}

/** Messages that are only there, so that the client has `to` documents. */
async function addDocuments({ sql }: BusyPractice, { clientId }: BusyDevice, to: number): Promise<void> {
  await sql.query('BEGIN')
  const head = await sql.query<{ seq: number }>(
    'SELECT seq FROM portal.client_head WHERE client_id = $1 FOR UPDATE',
    [clientId],
  )
  const from = head.rows[0]?.seq ?? 0
  const have = await sql.query<{ count: number }>(
    'SELECT count(*)::integer AS count FROM portal.change_feed WHERE client_id = $1',
    [clientId],
  )
  const count = to - (have.rows[0]?.count ?? 0)
  await sql.query(
    `WITH made AS (SELECT n, gen_random_uuid() AS id FROM generate_series(1, $2::integer) AS n),
     feed AS (INSERT INTO portal.change_feed (client_id, seq, collection, document_id, rev)
       SELECT $1, $3::integer + n, 3, id, 1 FROM made)
     INSERT INTO portal.message (client_id, id, rev, seq, body, updated_at, thread_id, author, sent_at)
       SELECT $1, id, 1, $3::integer + n, '\\x01', now(), id, 'staff', now() FROM made`,
    [clientId, count, from],
  )
  await sql.query(
    `WITH moved AS (UPDATE portal.client_head SET seq = seq + $2 WHERE client_id = $1 RETURNING seq, epoch, chk)
     INSERT INTO portal.client_head_log (client_id, seq, epoch, chk, at) SELECT $1, seq, epoch, chk, now() FROM moved`,
    [clientId, count],
  )
  await sql.query('COMMIT')
}

/** Clients with account, device, session, head, key, draft, feed and audit row each. */
async function addStrangers({ sql, practiceId, definitionId }: BusyPractice, to: number): Promise<void> {
  const { rows } = await sql.query<{ count: number }>('SELECT count(*)::integer AS count FROM portal.client')
  const count = to - (rows[0]?.count ?? 0)
  if (count <= 0) return
  // Foreign keys hold by construction; checking a million of them is not what is measured.
  await sql.query(`SET session_replication_role = 'replica'`)
  await sql.query(
    `CREATE TEMP TABLE stranger AS SELECT gen_random_uuid() AS c, gen_random_uuid() AS a, gen_random_uuid() AS d,
       gen_random_uuid() AS x FROM generate_series(1, $1::integer)`,
    [count],
  )
  for (const text of [
    `INSERT INTO portal.client (client_id, practice_id, name) SELECT c, '${practiceId}', 'Stranger' FROM stranger`,
    `INSERT INTO portal.portal_account (id, practice_id, role, name, email, password_hash, client_id)
       SELECT a, '${practiceId}', 'client', 'Stranger', a::text || '@bench.test', 'x', c FROM stranger`,
    `INSERT INTO portal.device (id, account_id, client_id, name) SELECT d, a, c, 'Phone' FROM stranger`,
    `INSERT INTO portal.session (id, account_id, device_id, refresh_hash, expires_at)
       SELECT x, a, d, 'x', now() FROM stranger`,
    `INSERT INTO portal.client_head (client_id, epoch, seq, chk, audit_seq) SELECT c, 1, 1, 'x', 1 FROM stranger`,
    `INSERT INTO portal.client_head_log (client_id, seq, epoch, chk, at) SELECT c, 1, 1, 'x', now() FROM stranger`,
    `INSERT INTO portal.client_key (client_id, key_id, kek_id, wrapped) SELECT c, 'x', 'x', '\\x01' FROM stranger`,
    `INSERT INTO portal.change_feed (client_id, seq, collection, document_id, rev) SELECT c, 1, 6, x, 1 FROM stranger`,
    `INSERT INTO portal.form_draft (client_id, id, rev, seq, body, updated_at, form_version_id, form_key, status,
       assigned_at) SELECT c, x, 1, 1, '\\x01', now(), '${definitionId}', 'busy', 'assigned', now() FROM stranger`,
    `INSERT INTO portal.mutation_result (client_id, device_id, number, outcome, rev, at, collection, document_id)
       SELECT c, d, 1, 0, 1, 0, 6, x FROM stranger`,
    `INSERT INTO portal.audit_event (client_id, chain, seq, prev_hash, hash, at, action, outcome, ip, user_agent)
       SELECT c, c, 1, '\\x01', '\\x01', now(), 'sync.push', 'allowed', '', '' FROM stranger`,
  ])
    await sql.query(text)
  await sql.query('DROP TABLE stranger')
  await sql.query('RESET session_replication_role')
}
