/** The audit trail: chained, append-only, fail-closed, and what its verifier finds. */
import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { createAuditHeads } from '../../sync-server/platform/audit-heads.ts'
import { appendAudit } from '../../sync-server/platform/audit-store.ts'
import { verifyAudit } from '../../sync-server/platform/audit-verifier.ts'
import type { Database } from '../../sync-server/platform/database.ts'
import { migrate } from '../../sync-server/platform/migrate.ts'
import { describeOverDatabases, MIGRATIONS, usePractice } from '../harness/practice.ts'

const folders: string[] = []
const folder = () => {
  const made = mkdtempSync(join(tmpdir(), 'portal-audit-'))
  folders.push(made)
  return made
}
afterAll(() => {
  for (const made of folders) rmSync(made, { recursive: true, force: true })
})

/** As somebody who owns the database and has taken the triggers away. */
const tamper = (database: Database, sql: string) =>
  database.withScripts(async ({ exec }) => {
    await exec('SET session_replication_role = replica')
    try {
      await exec(sql)
    } finally {
      await exec('SET session_replication_role = origin')
    }
  })
const NOTHING_SIGNED = new Map()
/** The row `seq` of a chain, changed, in its place or another. */
const copied = (own: string, seq: number, change: string) =>
  `CREATE TEMP TABLE copied AS SELECT * FROM portal.audit_event ${own} AND seq = ${seq};
   UPDATE copied SET ${change};
   DELETE FROM portal.audit_event e USING copied c WHERE e.chain = c.chain AND e.seq = c.seq;
   INSERT INTO portal.audit_event SELECT * FROM copied; DROP TABLE copied`

describeOverDatabases('audit', (open) => {
  const practice = usePractice(open)
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const verify = (clientId?: string, signed: Parameters<typeof verifyAudit>[1]['signed'] = NOTHING_SIGNED) =>
    verifyAudit(practice().database, { clientId, signed })

  /** A record with some rows of reading and writing. */
  const record = async () => {
    const client = await practice().client()
    const draftId = await practice().assign(client.clientId)
    const phone = await practice().device(client)
    for (const mood of ['one', 'two', 'three']) {
      await phone.push({ id: draftId, baseRev: 1, fields: { 'answers/mood': mood } })
      await practice().document(phone, 'drafts', draftId)
    }
    return { clientId: client.clientId, draftId, phone }
  }
  const own = (clientId: string) => `WHERE client_id = '${clientId}' AND chain = '${clientId}'`

  it('[A1] [A2] reads and writes of a record are one chain, from whatever transactions; a stranger is not in it', async () => {
    const { clientId, draftId, phone } = await record()
    const stranger = await practice().device(await practice().client())
    await practice().replication.sync.pull(stranger.actor, { client: clientId, after: 0, upTo: null })
    await Promise.all([
      ...Array.from({ length: 8 }, () => practice().document(phone, 'drafts', draftId)),
      ...['a', 'b', 'c', 'd'].map((mood) =>
        phone.push({ id: draftId, baseRev: 1, fields: { 'answers/mood': mood } }),
      ),
    ])
    const { prisma } = practice().database
    const rows = await prisma.auditEvent.findMany({ where: { clientId }, orderBy: { seq: 'asc' } })
    const inChain = rows.filter(({ chain }) => chain === clientId)
    expect(inChain.map(({ seq }) => Number(seq))).toEqual(inChain.map((_, index) => index + 1))
    expect(inChain.length).toBe(2 + 6 + 12)
    const others = rows.filter(({ chain }) => chain !== clientId)
    expect(others.map(({ action, outcome, accountId }) => [action, outcome, accountId])).toEqual([
      ['sync.pull', 'denied', stranger.actor.accountId],
    ])
    expect(await verify(clientId)).toMatchObject({ chains: 1, rows: inChain.length, broken: [] })
  })

  it('[A2] events of no record, many at once, are in lanes that verify', async () => {
    const { database } = practice()
    const event = {
      action: 'auth.login',
      outcome: 'denied',
      ip: '192.0.2.7',
      userAgent: 'é 漢字',
      at: 1_700_000_000_000,
    } as const
    await Promise.all(
      Array.from({ length: 40 }, () =>
        database.transaction((tx) => appendAudit(tx, [event, { ...event, reason: '' }])),
      ),
    )
    const lanes = await database.prisma.auditLane.findMany({ where: { seq: { gt: 0 } } })
    expect(lanes.length).toBeGreaterThan(4)
    expect((await verify()).broken).toEqual([])
  })

  it('[A3] [V2.3.3] [V16.5.3] where the row cannot be written the request fails and changes nothing', async () => {
    const { clientId, draftId, phone } = await record()
    const { database } = practice()
    const state = () =>
      database.withScripts(({ query }) =>
        query(`SELECT (SELECT seq FROM portal.client_head WHERE client_id = '${clientId}') AS head,
          (SELECT md5(body::text) FROM portal.form_draft WHERE id = '${draftId}') AS body,
          (SELECT count(*) FROM portal.mutation_result WHERE client_id = '${clientId}') AS answers`),
      )
    const before = await state()
    await database.withScripts(({ exec }) =>
      exec(`CREATE FUNCTION portal.no_audit() RETURNS TRIGGER LANGUAGE plpgsql AS $$ BEGIN
          IF NEW.client_id = '${clientId}' THEN RAISE EXCEPTION 'the disk of the audit trail is full'; END IF;
          RETURN NEW; END $$;
        CREATE TRIGGER no_audit BEFORE INSERT ON portal.audit_event FOR EACH ROW EXECUTE FUNCTION portal.no_audit()`),
    )
    try {
      await expect(
        phone.push({ id: draftId, baseRev: 1, fields: { 'answers/mood': 'unseen' } }),
      ).rejects.toThrow()
      await expect(practice().document(phone, 'drafts', draftId)).rejects.toThrow()
      await expect(practice().assign(clientId)).rejects.toThrow()
      expect(await state()).toEqual(before)
    } finally {
      await database.withScripts(({ exec }) => exec('DROP FUNCTION portal.no_audit() CASCADE'))
    }
    await phone.push({ id: draftId, baseRev: 1, fields: { 'answers/mood': 'seen' } })
    expect((await verify(clientId)).broken).toEqual([])
  })

  it.each([
    [
      'edited',
      3,
      (own: string) => `UPDATE portal.audit_event SET account_id = gen_random_uuid() ${own} AND seq = 3`,
    ],
    [
      'edited',
      2,
      (own: string) => `UPDATE portal.audit_event SET reason = NULL, count = count + 1 ${own} AND seq = 2`,
    ],
    ['deleted', 4, (own: string) => `DELETE FROM portal.audit_event ${own} AND seq = 4`],
    ['cut off', 6, (own: string) => `DELETE FROM portal.audit_event ${own} AND seq > 5`],
    ['beyond its head', 9, (own: string) => copied(own, 2, 'seq = 9')],
    // A row that somebody made, with a hash that fits it, where the third one was.
    [
      'out of place',
      3,
      (own: string) => `${copied(own, 3, `prev_hash = '\\x${'11'.repeat(32)}', hash = '\\xHASH'`)}`,
    ],
  ] as const)('[A4] a row that was %s is named (row %i)', async (kind, seq, sql) => {
    const { clientId } = await record()
    let text = sql(own(clientId))
    if (text.includes('HASH')) text = text.replace('HASH', await forged(clientId, seq))
    await tamper(practice().database, text)
    const { broken } = await verify(clientId)
    expect(broken).toMatchObject([{ chain: clientId, seq, kind }])
    await tamper(practice().database, `DELETE FROM portal.audit_event WHERE client_id = '${clientId}'`)
    await tamper(
      practice().database,
      `UPDATE portal.client_head SET audit_seq = 0 WHERE client_id = '${clientId}'`,
    )
  })

  const forged = async (clientId: string, seq: number) => {
    const { contentHash, linkHash } = await import('../../sync-server/platform/audit-chain.ts')
    const row = await practice().database.prisma.auditEvent.findUniqueOrThrow({
      where: { clientId_chain_seq: { clientId, chain: clientId, seq: BigInt(seq) } },
    })
    const event = { ...row, outcome: row.outcome as 'allowed', at: row.at.getTime() }
    return linkHash('11'.repeat(32), seq, contentHash(clientId, event))
  }

  it('[A5] [V16.4.2] [V13.2.2] the application’s role cannot change what is written, and nobody can by mistake', async () => {
    const { clientId } = await record()
    const { database } = practice()
    expect(await database.ask`SELECT current_user::text AS name`).toEqual([{ name: 'portal_app' }])
    const { prisma } = database
    const texts = [
      'UPDATE portal.audit_event SET ip = NULL',
      'DELETE FROM portal.audit_event',
      'TRUNCATE portal.audit_event',
    ]
    for (const text of texts) {
      await expect(prisma.$executeRawUnsafe(text)).rejects.toThrow(/permission denied/)
      await expect(database.direct((tx) => tx.$executeRawUnsafe(text))).rejects.toThrow(/permission denied/)
      await expect(database.withScripts(({ exec }) => exec(text))).rejects.toThrow(/append-only/)
    }
    await expect(
      prisma.$executeRawUnsafe('ALTER TABLE portal.audit_event DISABLE TRIGGER ALL'),
    ).rejects.toThrow(/owner/)
    await expect(prisma.$executeRawUnsafe('DELETE FROM portal.client_head')).rejects.toThrow(
      /permission denied/,
    )
    expect((await verify(clientId)).broken).toEqual([])
  })

  it('[A6] signed ends give away a chain that was cut off with its head, or made anew; a file of another key is refused', async () => {
    const { clientId } = await record()
    const { database } = practice()
    const heads = createAuditHeads(database, folder(), [privateKey])
    expect(await heads.export(1)).toBeGreaterThan(0)
    expect(await heads.export(2)).toBe(0)
    const signed = await heads.read()
    expect((await verify(clientId, signed)).broken).toEqual([])
    await tamper(database, `DELETE FROM portal.audit_event ${own(clientId)} AND seq > 4`)
    await tamper(
      database,
      `UPDATE portal.client_head h SET audit_seq = 4, audit_hash = e.hash FROM portal.audit_event e
       WHERE h.client_id = '${clientId}' AND e.client_id = h.client_id AND e.chain = h.client_id AND e.seq = 4`,
    )
    expect((await verify(clientId)).broken).toEqual([])
    expect((await verify(clientId, signed)).broken).toMatchObject([{ seq: 5, kind: 'cut off' }])
    // As after a backup was put back: only what comes later is held against the trail.
    await heads.exportRestored(3)
    expect((await verify(clientId, await heads.read())).broken).toEqual([])
    const elsewhere = folder()
    await createAuditHeads(database, elsewhere, [
      generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
    ]).export(1)
    await expect(createAuditHeads(database, elsewhere, [privateKey]).read()).rejects.toThrow('not signed')
  })

  it('[A7] rows from before there were chains are chained, each in its place', async () => {
    const database = await open()
    const all = folder()
    cpSync(MIGRATIONS, all, { recursive: true })
    const older = folder()
    const [first = ''] = readdirSync(MIGRATIONS).sort()
    cpSync(join(MIGRATIONS, first), join(older, first), { recursive: true })
    const ids = [randomUUID(), randomUUID()]
    const [clientId, practiceId] = ids
    await database.withScripts(async ({ exec }) => {
      const { readFileSync } = await import('node:fs')
      await exec(readFileSync(join(older, first, 'migration.sql'), 'utf8'))
      await exec(`INSERT INTO portal.practice (id, name, time_zone, phone) VALUES ('${practiceId}', 'P', 'UTC', '1');
        INSERT INTO portal.client (client_id, practice_id, name) VALUES ('${clientId}', '${practiceId}', 'C');
        INSERT INTO portal.audit_event (client_id, id, at, account_id, role, action, outcome, collection, count, reason, ip, user_agent)
          SELECT CASE WHEN n % 3 = 0 THEN '00000000-0000-0000-0000-000000000000'::uuid ELSE '${clientId}' END,
            gen_random_uuid(), to_timestamp(1700000000 + (n * 7919 % 100) + 0.123), CASE WHEN n % 2 = 0 THEN gen_random_uuid() END,
            'client', 'sync.pull', 'allowed', n, n, CASE WHEN n % 4 = 0 THEN 'feed é' END, '192.0.2.1', '' FROM generate_series(1, 60) n`)
    })
    await database.withScripts(async ({ exec, query }) => {
      await exec(`CREATE TABLE portal._prisma_migrations (id VARCHAR(36) PRIMARY KEY NOT NULL, checksum VARCHAR(64) NOT NULL,
        finished_at TIMESTAMPTZ, migration_name VARCHAR(255) NOT NULL, logs TEXT, rolled_back_at TIMESTAMPTZ,
        started_at TIMESTAMPTZ NOT NULL DEFAULT now(), applied_steps_count INTEGER NOT NULL DEFAULT 0)`)
      const { createHash } = await import('node:crypto')
      const { readFileSync } = await import('node:fs')
      const checksum = createHash('sha256')
        .update(readFileSync(join(older, first, 'migration.sql'), 'utf8'))
        .digest('hex')
      await query(
        `INSERT INTO portal._prisma_migrations (id, checksum, finished_at, migration_name) VALUES ('1', $1, now(), $2)`,
        [checksum, first],
      )
    })
    await migrate(database, all)
    const done = await verifyAudit(database, { signed: NOTHING_SIGNED })
    expect(done).toEqual({ chains: 2, rows: 60, broken: [] })
    expect(await database.prisma.auditEvent.count({ where: { practiceId: practiceId ?? '' } })).toBe(40)
  })
})
