/** The end of a record: closed, kept as long as it must be, erased; and what a copy of the database still has then. */
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createRecordsService } from '../../sync-server/modules/records/service.ts'
import {
  EMPTIED_BY_ACCOUNT,
  EMPTIED_BY_CLIENT,
  KEPT_WITHOUT_CONTENT,
} from '../../sync-server/modules/records/tables-of-a-person.ts'
import { type EndedAccess, shreddedSince } from '../../sync-server/modules/records/transactor.ts'
import { createClientKeys } from '../../sync-server/platform/client-keys.ts'
import { sealedValues } from '../../sync-server/replication/sealed-tables.ts'
import { describeOverDatabases, expectOk, MIGRATIONS, usePractice } from '../harness/practice.ts'

describeOverDatabases('the end of a record', (open) => {
  const practice = usePractice(open)
  const told: { closed: [string, EndedAccess][]; shredded: string[] } = { closed: [], shredded: [] }
  const records = () =>
    createRecordsService({
      database: practice().database,
      clock: { now: () => practice().clock.time },
      onErasing: async () => undefined,
      onClosed: (clientId, ended) => void told.closed.push([clientId, ended]),
      onShredded(clientId) {
        told.shredded.push(clientId)
        practice().replication.forget([clientId])
      },
    })
  /** A record with something in it, a proxy, a clinician, and a word that is found wherever it is left. */
  const record = async () => {
    const canary = `canary${randomUUID().slice(0, 8)}`
    const { prisma } = practice().database
    const client = await practice().client(`Robin ${canary}`)
    const { clientId } = client
    const draftId = await practice().assign(clientId)
    const phone = await practice().device(client, `Phone ${canary}`)
    const tablet = await practice().device(client, `Tablet ${canary}`)
    for (const [device, text] of [
      [phone, 'one'],
      [tablet, 'two'],
    ] as const)
      await device.push({ id: draftId, baseRev: 1, fields: { 'answers/mood': `${canary} ${text}` } })
    await phone.push({ id: draftId, baseRev: 1, fields: { title: `${canary} refused` } })
    await prisma.client.update({
      where: { clientId },
      data: {
        dateOfBirth: new Date('1979-08-30'),
        contactEmail: `${canary}@test`,
        ssn4Tag: `${canary}4`,
        mrnTag: canary,
      },
    })
    await prisma.portalAccount.update({
      where: { id: client.actor.accountId },
      data: { email: `${canary}@account.test` },
    })
    const clinician = await practice().account('clinician')
    await prisma.clinicianAssignment.create({ data: { clientId, accountId: clinician.accountId } })
    const now = new Date(practice().clock.time)
    await prisma.session.create({
      data: {
        id: randomUUID(),
        accountId: client.actor.accountId,
        deviceId: phone.actor.deviceId ?? '',
        refreshHash: canary,
        expiresAt: new Date(now.getTime() + 3_600_000),
        deviceKey: canary,
      },
    })
    return { ...client, canary, draftId, phone, tablet, clinician, name: `Robin ${canary}` }
  }
  const asked = async (clientId: string, name = '') => ({
    actor: await practice().account('admin'),
    clientId,
    reason: 'asked for it',
    name,
  })
  const pull = (device: Awaited<ReturnType<typeof record>>['phone']) =>
    practice().replication.sync.pull(device.actor, { client: device.clientId, after: 0, upTo: null })
  /** Tables with a row that has the word, in text or in bytes. */
  const tablesWith = (word: string) =>
    practice().database.withScripts(async ({ query }) => {
      const tables = await query<{ name: string }>(
        `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'portal'`,
      )
      const hex = Buffer.from(word).toString('hex')
      const found: string[] = []
      for (const { name } of tables) {
        const [row] = await query<{ n: number }>(
          `SELECT count(*)::integer AS n FROM portal.${name} t WHERE t::text LIKE '%' || $1 || '%' OR t::text LIKE '%' || $2 || '%'`,
          [word, hex],
        )
        if ((row?.n ?? 0) > 0) found.push(name)
      }
      return found.sort()
    })
  const rowsOf = (clientId: string, accountId: string) =>
    practice().database.withScripts(async ({ query }) => {
      const columns = await query<{ name: string; column: string }>(
        `SELECT table_name AS name, column_name AS column FROM information_schema.columns
         WHERE table_schema = 'portal' AND column_name IN ('client_id', 'account_id')`,
      )
      const found = new Set<string>()
      for (const { name, column } of columns) {
        const [row] = await query<{ n: number }>(
          `SELECT count(*)::integer AS n FROM portal.${name} WHERE ${column} = $1::uuid`,
          [column === 'client_id' ? clientId : accountId],
        )
        if ((row?.n ?? 0) > 0) found.add(name)
      }
      return found
    })

  it('[A12] [V7.4.2] closing ends the account, its sessions and devices; the practice reads on, and can open it again', async () => {
    const { clientId, phone, draftId, clinician, actor, name } = await record()
    const { prisma } = practice().database
    const until = '2033-01-05'
    expect(await records().close(await asked(clientId, 'Somebody Else'), until)).toMatchObject({
      error: { code: 'wrong_state' },
    })
    expectOk(await pull(phone))
    expectOk(await records().close(await asked(clientId, name), until))
    const [, ended] = told.closed.at(-1) ?? []
    expect(ended?.devices).toHaveLength(2)
    expect(await pull(phone)).toMatchObject({ ok: false })
    expect(await prisma.session.count({ where: { accountId: actor.accountId, revokedAt: null } })).toBe(0)
    const admin = await practice().account('admin')
    expect(expectOk(await records().state(admin, clientId))).toMatchObject({
      state: 'closed',
      retainUntil: until,
      mustBeKept: true,
      devices: 2,
    })
    // What a device had not sent when the account was closed is kept, for the practice to read; another's is not there.
    const stranger = await record()
    const words = {
      collection: 'drafts',
      id: draftId,
      baseRev: 1,
      fields: { 'answers/mood': 'last words' },
    } as const
    const { sync } = practice().replication
    const late = { client: clientId, mutations: [phone.mutation(words)] }
    expectOk(await sync.lastPush(phone.actor, late))
    expect(await sync.lastPush(stranger.phone.actor, late)).toMatchObject({ error: { code: 'not_found' } })
    expect(await prisma.quarantine.count({ where: { clientId, reason: 'device_revoked' } })).toBe(1)
    // The clinician still reads what there is.
    const read = await practice().replication.read({
      actor: clinician,
      clientId,
      action: 'test',
      permit: ['assigned-clinician'],
      onDevice: false,
      describe: () => null,
      run: async (session) => ({ ok: true, value: await session.documents('drafts', [draftId]) }),
    })
    expect(expectOk(read)).toHaveLength(1)
    expect(await records().close(await asked(clientId, name), until)).toMatchObject({
      error: { code: 'wrong_state' },
    })
    expectOk(await records().reopen(await asked(clientId)))
    const account = await prisma.portalAccount.findUniqueOrThrow({ where: { id: actor.accountId } })
    expect(account.closedAt).toBeNull()
    expectOk(await pull(await practice().device({ clientId, actor })))
  })

  it('[A12] what is open, must be kept, or is another’s is not erased, and nothing changes', async () => {
    const { clientId, name, canary } = await record()
    const before = await tablesWith(canary)
    const shred = async () => records().shred(await asked(clientId, name))
    expect(await shred()).toMatchObject({ error: { code: 'wrong_state' } })
    const today = new Date(practice().clock.time).toISOString().slice(0, 10)
    expectOk(await records().close(await asked(clientId, name), today))
    const said = await practice().database.prisma.auditEvent.findFirst({
      where: { clientId, action: 'record.close' },
    })
    expect(said?.reason).toBe(`asked for it (kept until: no day, now ${today})`)
    expect(await shred()).toMatchObject({
      error: { code: 'wrong_state', detail: expect.stringContaining(today) },
    })
    practice().clock.time += 24 * 3_600_000
    expect(await records().shred(await asked(clientId, 'Somebody Else'))).toMatchObject({
      error: { code: 'wrong_state' },
    })
    for (const role of ['front-desk', 'clinician'] as const) {
      const actor = await practice().account(role)
      const answer = await records().shred({ actor, clientId, reason: 'not mine to do', name })
      expect(answer).toMatchObject({ error: { code: 'not_found' } })
    }
    expect(await tablesWith(canary)).toEqual(before)
    expect(told.shredded).not.toContain(clientId)
    const { prisma } = practice().database
    const refused = { clientId, action: 'record.shred', outcome: 'denied' }
    expect(await prisma.auditEvent.count({ where: refused })).toBe(5)
    expectOk(await shred())
  })

  it('[A13] [V14.2.7] an erased record leaves a copy of the database with nothing that opens, and no word about the person', async () => {
    const { clientId, actor, name, canary, phone, clinician, draftId } = await record()
    const { database, keyProvider } = practice()
    const copied = await database.direct(async (tx) => {
      const values = []
      for await (const page of sealedValues(tx, clientId)) values.push(...page)
      return values
    })
    expect(copied.length).toBeGreaterThan(3)
    expect((await tablesWith(canary)).length).toBeGreaterThan(3)
    expectOk(await records().close(await asked(clientId, name), null))
    const before = practice().clock.time
    expectOk(await records().shred(await asked(clientId, name)))

    expect(await tablesWith(canary)).toEqual([])
    expect(await database.prisma.clientKey.count({ where: { clientId } })).toBe(0)
    const left = await rowsOf(clientId, actor.accountId)
    expect([...left].filter((table) => !(table in KEPT_WITHOUT_CONTENT))).toEqual([])
    // Neither a server that had its key in memory a moment ago nor a new one opens anything.
    for (const keys of [practice().clientKeys, createClientKeys({ keyProvider })]) {
      const known = await database.direct((tx) => keys.ciphersOf(tx, [clientId]))
      expect(known.size).toBe(0)
    }
    // It is nobody's, for every role; also what would write to it, or make it a key again.
    for (const each of [phone.actor, clinician, await practice().account('admin')]) {
      const read = await practice().replication.read({
        actor: each,
        clientId,
        action: 'test',
        permit: ['own', 'assigned-clinician', 'front-desk', 'admin'],
        onDevice: false,
        describe: () => null,
        run: async () => ({ ok: true, value: null }),
      })
      expect(read).toMatchObject({ error: { code: 'not_found' } })
    }
    const push = [phone.mutation({ id: draftId, baseRev: 1, fields: { 'answers/mood': 'late' } })]
    const { sync } = practice().replication
    expect(await sync.push(phone.actor, { client: clientId, mutations: push })).toMatchObject({ ok: false })
    expect(await sync.lastPush(phone.actor, { client: clientId, mutations: push })).toMatchObject({
      ok: false,
    })
    // But for the word that it is empty, and for nobody else's.
    expectOk(await sync.lastPush(phone.actor, { client: clientId, mutations: [] }))
    const stranger = await practice().device(await practice().client('A stranger'))
    expect(await sync.lastPush(stranger.actor, { client: clientId, mutations: [] })).toMatchObject({
      error: { code: 'not_found' },
    })
    expect(await database.prisma.clientKey.count({ where: { clientId } })).toBe(0)

    // Other servers find it, and the trail says who did it and why.
    expect(await shreddedSince(database.prisma, before)).toContain(clientId)
    const [row] = await database.prisma.auditEvent.findMany({
      where: { clientId, action: 'record.shred', outcome: 'allowed' },
    })
    expect(row).toMatchObject({ reason: 'asked for it', role: 'admin' })
  })

  it('[A13] every table with something of a person is emptied or named among what remains', async () => {
    const schema = readFileSync(join(MIGRATIONS, '../schema.prisma'), 'utf8')
    const tables = [...schema.matchAll(/^model \w+ \{\n(.*?)^\}/gms)].map(([, text = '']) => ({
      name: /@@map\("(\w+)"\)/.exec(text)?.[1] ?? '',
      ofClient: /@map\("client_id"\)/.test(text),
      ofAccount: /@map\("account_id"\)/.test(text),
    }))
    const missing = tables
      .filter(({ name }) => !(name in KEPT_WITHOUT_CONTENT))
      .filter(
        ({ name, ofClient, ofAccount }) =>
          (ofClient && !EMPTIED_BY_CLIENT.some((table) => table === name)) ||
          (!ofClient && ofAccount && !EMPTIED_BY_ACCOUNT.some((table) => table === name)),
      )
    expect(missing.map(({ name }) => name)).toEqual([])
  })
})
