/** What a proxy gets of a record: collection × area × level, as every door gives it, over both databases. */
import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { derivedId } from '../../shared/crypto/derived-id.ts'
import { GRANT_SCOPES, type GrantScope } from '../../shared/domains/grants/scopes.ts'
import { PRACTICE, receiptSource } from '../../shared/domains/receipts/reader.ts'
import type { JsonObject } from '../../shared/kernel/json.ts'
import { ok } from '../../shared/kernel/result.ts'
import {
  COLLECTION_NAMES,
  type CollectionName,
  collectionByNumber,
} from '../../shared/protocol/collections.ts'
import { OUTCOMES, PROTOCOL, SCHEMA_VERSION } from '../../shared/protocol/terms.ts'
import type { Actor } from '../../sync-server/replication/actor.ts'
import { describeOverDatabases, expectOk, type TestDevice, usePractice } from '../harness/practice.ts'

const at = Date.UTC(2026, 0, 4)
const threadId = randomUUID()
/** What the practice feeds; drafts, definitions and submissions come about by themselves. */
const FED: readonly (readonly [CollectionName, JsonObject])[] = [
  [
    'appointments',
    {
      startsAt: at,
      endsAt: at,
      timeZone: 'UTC',
      title: 'Canary visit',
      clinicianName: 'Dr',
      place: 'Room',
      status: 'booked',
    },
  ],
  ['requests', { kind: 'cancel', status: 'requested', reason: 'Canary cancel', requestedAt: at }],
  [
    'requests',
    {
      kind: 'refill',
      status: 'requested',
      subjectId: randomUUID(),
      note: 'Canary refill',
      requestedAt: at,
    },
  ],
  [
    'messages',
    {
      threadId,
      subject: 'Canary',
      body: 'Canary message',
      priority: 'normal',
      author: 'staff',
      authorName: 'Dr',
      attachments: [],
      sentAt: at,
    },
  ],
  ['receipts', { threadId, readUpTo: at }],
  [
    'medications',
    {
      name: 'Canary tablets',
      dose: '1',
      instructions: '',
      prescriberName: 'Dr',
      status: 'active',
      startedAt: at,
    },
  ],
  [
    'documents',
    {
      title: 'Canary letter',
      category: 'letter',
      mimeType: 'text/plain',
      bytes: 1,
      sha256: 'a'.repeat(64),
      sharedAt: at,
      sharedByName: 'Dr',
    },
  ],
  [
    'billing',
    { type: 'payment', amount: 1, currency: 'USD', method: 'canary card', status: 'succeeded', paidAt: at },
  ],
  [
    'profile',
    {
      name: 'Canary person',
      email: 'a@test',
      practiceName: 'Test',
      practicePhone: '1',
      preferences: {},
    },
  ],
  ['notices', { kind: 'assigned', collection: 'messages', documentId: randomUUID(), createdAt: at }],
  ['notices', { kind: 'assigned', collection: 'billing', documentId: randomUUID(), createdAt: at }],
]

/** As people would say it, written down apart from the code that decides. */
const SHOWN: Readonly<Record<GrantScope, readonly string[]>> = {
  appointments: ['appointments', 'requests cancel'],
  messages: ['messages', 'receipts', 'notices messages'],
  forms: ['definitions', 'submissions'],
  documents: ['documents'],
  billing: ['billing', 'notices billing'],
  prescriptions: ['medications', 'requests refill'],
  profile: ['profile'],
}
const SHOWN_TO_WRITERS: Partial<Record<GrantScope, readonly string[]>> = { forms: ['drafts'] }
const shownBy = (scope: GrantScope, level: string) =>
  [...SHOWN[scope], ...(level === 'write' ? (SHOWN_TO_WRITERS[scope] ?? []) : [])].sort()

describeOverDatabases('grants', (open) => {
  const practice = usePractice(open)

  async function setUp() {
    const client = await practice().client()
    const admin = await practice().account('admin')
    const draftId = await practice().assign(client.clientId)
    const phone = await practice().device(client)
    await phone.push({ id: draftId, baseRev: 1, fields: { 'answers/mood': 'canary mood' } })
    const handedIn = await practice().assign(client.clientId)
    expectOk(
      await practice().forms.submitForm(client.actor, {
        clientId: client.clientId,
        draftId: handedIn,
        submissionId: randomUUID(),
        definitionId: practice().definitionId,
        answers: { mood: 'canary answer' },
        submittedAt: at,
      }),
    )
    await feed(admin, client.clientId, FED)
    return { client, admin, draftId, phone }
  }
  async function feed(
    actor: Actor,
    clientId: string,
    documents: readonly (readonly [CollectionName, JsonObject])[],
  ) {
    const done = await practice().replication.commit({
      actor,
      clientId,
      action: 'test.feed',
      permit: ['admin'],
      onDevice: false,
      run: async ({ apply }) => {
        for (const [collection, body] of documents) {
          const edits = Object.entries(body).map(([field, value]) => ({ field, value, at }))
          expectOk(
            await apply({
              collection,
              documentId:
                collection === 'receipts'
                  ? derivedId('receipt', receiptSource(threadId, PRACTICE))
                  : randomUUID(),
              baseRev: 0,
              edits,
              by: 'server',
              writer: actor.accountId,
            }),
          )
        }
        return ok(null)
      },
    })
    expectOk(done)
  }
  async function proxyOf(clientId: string, scopes: readonly string[], more: object = {}) {
    const actor = await practice().account('proxy')
    const key = { clientId, accountId: actor.accountId }
    await practice().database.prisma.accessGrant.create({ data: { ...key, scopes: [...scopes], ...more } })
    const device = await practice().device({ clientId, actor })
    return { device, where: { clientId_accountId: key } }
  }
  async function shownTo(device: TestDevice): Promise<string[]> {
    const page = expectOk(
      await practice().replication.sync.pull(device.actor, {
        client: device.clientId,
        after: 0,
        upTo: null,
      }),
    )
    expect([page.done, page.next]).toEqual([true, page.head.s])
    const found = page.rows.map((row) => {
      const name = collectionByNumber(row[0]) as CollectionName
      const body: JsonObject = row[3] === 0 ? row[4] : {}
      if (name === 'requests') return `requests ${body.kind}`
      return name === 'notices' ? `notices ${body.collection}` : name
    })
    return [...new Set(found)].sort()
  }
  const hello = async (device: TestDevice, g?: number) => {
    const cursor = expectOk(await helloWith(device, null)).head
    return expectOk(await helloWith(device, cursor, g))
  }
  const helloWith = (device: TestDevice, cursor: { e: number; s: number; k: string } | null, g?: number) =>
    practice().replication.sync.hello(device.actor, {
      p: PROTOCOL,
      v: SCHEMA_VERSION,
      client: device.clientId,
      device: String(device.actor.deviceId),
      cursor,
      m: 1,
      ...(g !== undefined && { g }),
    })

  it('[P31] a pull shows exactly what each area covers, and all of them all of it', async () => {
    const { client, phone } = await setUp()
    for (const scope of GRANT_SCOPES)
      for (const level of ['read', 'write']) {
        const { device } = await proxyOf(client.clientId, [`${scope}:${level}`])
        expect(await shownTo(device), `${scope}:${level}`).toEqual(shownBy(scope, level))
      }
    const { device } = await proxyOf(
      client.clientId,
      GRANT_SCOPES.map((scope) => `${scope}:write`),
    )
    const everything = await shownTo(phone)
    expect(await shownTo(device)).toEqual(everything)
    expect(new Set(everything.map((text) => text.split(' ')[0]))).toEqual(new Set(COLLECTION_NAMES))
  })

  it('[P31] a write outside of the grant is kept apart, changes nothing, and holds up nobody', async () => {
    const { client, draftId, phone } = await setUp()
    const write = { id: draftId, baseRev: 2, fields: { 'answers/sleep': 7 } }
    for (const [scopes, expected] of [
      [['forms:write'], ['ok']],
      [['forms:read'], ['quarantined']],
      [['messages:write', 'appointments:write'], ['quarantined']],
    ] as const) {
      const { device } = await proxyOf(client.clientId, scopes)
      const { answers, changes } = await device.push(write)
      expect(answers.map(([, outcome]) => OUTCOMES[outcome])).toEqual(expected)
      if (expected[0] === 'quarantined') {
        expect(answers[0]?.[4]).toBe('not_permitted')
        expect(JSON.stringify(changes.rows)).not.toContain('canary')
      }
    }
    const kept = await practice().database.prisma.quarantine.count({ where: { clientId: client.clientId } })
    expect(kept).toBe(2)
    expect(await practice().document(phone, 'drafts', draftId)).toMatchObject({
      answers: { mood: 'canary mood', sleep: 7 },
    })
  })

  it('[P31] the trail says which account did what in whose record', async () => {
    const { client, draftId } = await setUp()
    const { device } = await proxyOf(client.clientId, ['forms:write'])
    await shownTo(device)
    await device.push({ id: draftId, baseRev: 2, fields: { 'answers/sleep': 7 } })
    const rows = await practice().database.prisma.auditEvent.findMany({
      where: { accountId: device.actor.accountId },
      orderBy: { at: 'asc' },
    })
    expect(rows.map(({ clientId, role, action }) => [clientId, role, action])).toEqual([
      [client.clientId, 'proxy', 'sync.pull'],
      [client.clientId, 'proxy', 'sync.push'],
    ])
  })

  it('[P31] REST gives a proxy the areas that are granted, and says of the others that there is nothing', async () => {
    const { client, draftId } = await setUp()
    const { forms } = practice()
    const reading = await proxyOf(client.clientId, ['forms:read'])
    const filling = await proxyOf(client.clientId, ['forms:write'])
    const visiting = await proxyOf(client.clientId, ['appointments:write', 'messages:write'])
    const reached = async ({ device: { actor } }: { device: TestDevice }) => [
      (await forms.listSubmissions(actor, client.clientId)).ok,
      (await forms.listForms(actor, client.clientId)).ok,
      (await forms.getForm(actor, client.clientId, draftId)).ok,
    ]
    expect(await reached(reading)).toEqual([true, false, false])
    expect(await reached(filling)).toEqual([true, true, true])
    expect(await reached(visiting)).toEqual([false, false, false])
  })

  describe('[P32] a changed grant', () => {
    it('makes a device that fetched under an older one begin anew, and says what counts now', async () => {
      const { client } = await setUp()
      const until = at + 86_400_000 * 400
      const { device, where } = await proxyOf(client.clientId, ['forms:read', 'billing:read'])
      const { accessGrant } = practice().database.prisma
      expect(await hello(device, 1)).toMatchObject({
        mode: 'delta',
        grant: { g: 1, scopes: ['forms:read', 'billing:read'], until: null },
      })
      await accessGrant.update({ where, data: { scopes: ['forms:read'], generation: 2, coversSince: 2 } })
      expect(await hello(device, 1)).toMatchObject({ mode: 'reset', grant: { g: 2, scopes: ['forms:read'] } })
      expect(await hello(device)).toMatchObject({ mode: 'reset' })
      await accessGrant.update({ where, data: { expiresAt: new Date(until), generation: 3 } })
      expect(await hello(device, 2)).toMatchObject({ mode: 'delta', grant: { g: 3, until } })
    })

    it('that was taken back or has run out lets nothing through any more', async () => {
      const { client } = await setUp()
      const { clock } = practice()
      const { device, where } = await proxyOf(client.clientId, ['forms:write'], {
        expiresAt: new Date(clock.time + 1_000),
      })
      expect((await helloWith(device, null)).ok).toBe(true)
      clock.time += 1_000
      expect(await helloWith(device, null)).toMatchObject({ error: { code: 'not_found' } })
      await practice().database.prisma.accessGrant.update({ where, data: { expiresAt: null } })
      expect((await helloWith(device, null)).ok).toBe(true)
      await practice().database.prisma.accessGrant.update({
        where,
        data: { revokedAt: new Date(clock.time) },
      })
      expect(await helloWith(device, null)).toMatchObject({ error: { code: 'not_found' } })
    })

    it('says nothing of itself for one’s own record', async () => {
      const { phone } = await setUp()
      expect(expectOk(await helloWith(phone, null))).not.toHaveProperty('grant')
    })
  })

  it('[P31] a client may look after somebody else, and staff have no such way in', async () => {
    const { client } = await setUp()
    const parent = await practice().client('Parent')
    const clinician = await practice().account('clinician')
    for (const [actor, expected] of [
      [parent.actor, true],
      [clinician, false],
    ] as const) {
      await practice().database.prisma.accessGrant.create({
        data: { clientId: client.clientId, accountId: actor.accountId, scopes: ['profile:read'] },
      })
      const device = await practice().device({ clientId: client.clientId, actor })
      expect((await helloWith(device, null)).ok).toBe(expected)
      if (expected) expect(await shownTo(device)).toEqual(['profile'])
    }
  })

  it('[P31] what was refused is read by a proxy as far as the grant goes', async () => {
    const { client, draftId } = await setUp()
    const refused = await proxyOf(client.clientId, ['appointments:read'])
    await refused.device.push({ id: draftId, baseRev: 1, fields: { 'answers/sleep': 3 } })
    const count = async (scopes: readonly string[]) => {
      const { device } = await proxyOf(client.clientId, scopes)
      const { createQuarantineService } = await import('../../sync-server/modules/quarantine/service.ts')
      const service = createQuarantineService({ replication: practice().replication })
      return expectOk(await service.ofClient(device.actor, client.clientId, {})).items.length
    }
    expect([
      await count(['forms:write']),
      await count(['forms:read']),
      await count(['billing:write']),
    ]).toEqual([1, 0, 0])
  })
})
