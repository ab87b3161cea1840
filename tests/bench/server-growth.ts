/**
 * What hello, a pull of one change and a push of one change cost as a record and a practice grow. Rows that only have to
 * be there are generated inside Postgres; their bodies are never opened.
 */
import { PROTOCOL, SCHEMA_VERSION } from '../../shared/protocol/terms.ts'
import { type BusyDevice, type BusyPractice, openBusyPractice } from './busy-practice.ts'
import { sizes } from './flags.ts'
import { enter, pushOne } from './socket-load.ts'
import { type Figure, median } from './table.ts'

const ROUNDS = 200

export async function measureServerGrowth(): Promise<readonly Figure[]> {
  const { documents, rows } = sizes({ documents: 100_000, rows: 1_000_000 })
  await using practice = await openBusyPractice()
  await using large = await openBusyPractice()
  const [few, many] = await practice.addClients(2, { drafts: true })
  if (few === undefined || many === undefined) throw new Error('No client.')
  await addDocuments(practice, few, 100)
  await addDocuments(practice, many, documents)
  await practice.sql.query('ANALYZE')
  const ofDocuments = await compare({ practice, device: few }, { practice, device: many })
  await addStrangers(large, rows)
  // Now, because a token lives for five minutes.
  const [ofTen] = await practice.addClients(8, { drafts: true })
  const [ofMany] = await large.addClients(1, { drafts: true })
  if (ofTen === undefined || ofMany === undefined) throw new Error('No client.')
  await large.sql.query('ANALYZE')
  await large.sql.query('CHECKPOINT')
  const ofRows = await compare({ practice, device: ofTen }, { practice: large, device: ofMany })
  return [
    ...figures("documents of the client's own", 100, documents, ofDocuments),
    ...figures('clients of the practice', 10, rows, ofRows),
  ]
}

type Times = ReadonlyMap<string, number[]>

function figures(name: string, few: number, many: number, [small, large]: readonly Times[]): Figure[] {
  return [...(large ?? [])].map(([what, runs]) => ({
    what: `${what}, ${many.toLocaleString('en-US')} ${name}`,
    conditions: `median of ${ROUNDS} over a socket, by turns with ${few}, Postgres with fsync`,
    unit: 'ms',
    runs: [median(runs)],
    baseline: { what: `with ${few}`, runs: [median(small?.get(what) ?? [])] },
  }))
}

interface Subject {
  readonly practice: BusyPractice
  readonly device: BusyDevice
}

/** By turns, so that whatever else the machine does weighs on both alike. */
async function compare(...subjects: readonly [Subject, Subject]): Promise<readonly Times[]> {
  const measured = await Promise.all(subjects.map(startMeasuring))
  for (let round = 0; round < ROUNDS; round += 1) for (const { once } of measured) await once()
  for (const { close } of measured) close()
  // The first ones warm plans and caches.
  return measured.map(({ times }) => new Map([...times].map(([what, all]) => [what, all.slice(ROUNDS / 4)])))
}

async function startMeasuring({ practice, device }: Subject) {
  const { socket } = await enter(practice.server.url, device)
  const times = new Map<string, number[]>()
  const timed = async <T>(what: string, run: () => Promise<T>): Promise<T> => {
    const started = performance.now()
    const value = await run()
    times.set(what, [...(times.get(what) ?? []), performance.now() - started])
    return value
  }
  const { clientId: client, deviceId } = device
  let [rev, number] = [1, 0]
  return {
    times,
    close: () => socket.close(),
    async once(): Promise<void> {
      number += 1
      const pushed = await timed('push of one change', () =>
        pushOne(device, socket, number, rev, [['answers/q1', `round ${number}`]]),
      )
      rev = pushed.rev
      await timed('pull of one change', () => socket.pull({ client, after: pushed.from, upTo: null }))
      const cursor = pushed.to
      await timed('hello', () =>
        socket.hello({ p: PROTOCOL, v: SCHEMA_VERSION, client, device: deviceId, cursor, m: 1 }),
      )
    },
  }
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
