/** Data keys: a new one follows the old one while clients write; killed, gone on with, several at once. */
import { expect, it } from 'vitest'
import { OUTCOMES } from '../../shared/protocol/terms.ts'
import { collections } from '../../sync-server/collections.ts'
import { createQuarantineService } from '../../sync-server/modules/quarantine/service.ts'
import { createClientKeys } from '../../sync-server/platform/client-keys.ts'
import { lockHead } from '../../sync-server/replication/head-store.ts'
import { createReplication } from '../../sync-server/replication/replication.ts'
import { faultOf, SEALED_TABLES, sealedValues } from '../../sync-server/replication/sealed-tables.ts'
import { rotateDataKeys } from '../../sync-server/rotate-data-keys.ts'
import {
  describeOverDatabases,
  expectOk,
  type Practice,
  type TestDevice,
  usePractice,
} from '../harness/practice.ts'

describeOverDatabases('data keys', (open) => {
  const practice = usePractice(open)
  const rotate = (more: Partial<Parameters<typeof rotateDataKeys>[0]> = {}) =>
    rotateDataKeys({
      database: practice().database,
      keyProvider: practice().keyProvider,
      now: () => practice().clock.time,
      ...more,
    })
  const keyIds = async (clientId: string) =>
    (
      await practice().database.prisma.clientKey.findMany({
        where: { clientId },
        orderBy: { version: 'asc' },
        select: { keyId: true },
      })
    ).map(({ keyId }) => keyId)
  /** A draft with a history, a conflict and something in quarantine: a value in each kind of place. */
  const writer = async () => {
    const client = await practice().client()
    const draftId = await practice().assign(client.clientId)
    const [phone, tablet] = [await practice().device(client), await practice().device(client)]
    for (const device of [phone, tablet])
      await device.push({
        id: draftId,
        baseRev: 1,
        fields: { 'answers/mood': `of ${device.actor.deviceId}`, 'answers/story': 'Once upon a time.' },
      })
    await phone.push({ id: draftId, baseRev: 1, fields: { title: 'refused' } })
    return { ...client, draftId, phone, tablet }
  }
  const sealedUnder = (clientId: string) =>
    practice().database.direct(async (tx) => {
      const found = new Set<string>()
      for await (const page of sealedValues(tx, clientId))
        for (const { sealed } of page)
          found.add(Buffer.from(sealed.subarray(2, 2 + (sealed[1] ?? 0))).toString())
      return [...found]
    })
  const faults = (clientId: string) =>
    practice().database.direct(async (tx) => {
      const cipher = await createClientKeys(practice()).cipherOf(tx, clientId)
      const found: string[] = []
      for await (const page of sealedValues(tx, clientId))
        for (const value of page) if (faultOf(cipher, value) !== undefined) found.push(value.table.table)
      return found
    })
  const otherServer = (of: Practice) =>
    createReplication({
      database: of.database,
      clientKeys: createClientKeys(of),
      clock: { now: () => of.clock.time },
      announce: () => undefined,
      onUnreadable: (event) => void of.reported.push(event),
      collections,
    })
  const pulled = async (replication: ReturnType<typeof otherServer>, { actor, clientId }: TestDevice) => {
    const { rows } = expectOk(await replication.sync.pull(actor, { client: clientId, after: 0, upTo: null }))
    return JSON.stringify(rows)
  }

  it('[A10] [A11] everything comes under a new key while clients write; nothing is lost or refused; the old key goes', async () => {
    const writers = await Promise.all(Array.from({ length: 6 }, writer))
    const before = new Map<string, string[]>()
    for (const { clientId } of writers) before.set(clientId, await keyIds(clientId))
    const second = otherServer(practice())
    for (const { phone } of writers) await pulled(second, phone)
    let rotating = true
    let pushed = 0
    const writing = (async () => {
      for (let round = 0; rotating || round < 3; round += 1)
        for (const { phone, draftId } of writers) {
          const { answers } = await phone.push({
            id: draftId,
            baseRev: 1,
            fields: { 'answers/mood': `round ${round}`, [`answers/note${round % 7}`]: 'x' },
          })
          expect(OUTCOMES[answers[0]?.[1] ?? -1]).not.toBe('quarantined')
          pushed += 1
        }
    })()
    const reading = (async () => {
      while (rotating) for (const { phone } of writers) await pulled(second, phone)
    })()
    const { clients, values, kept } = await rotate()
    rotating = false
    await Promise.all([writing, reading])
    expect([clients >= writers.length, values > 0, pushed > 0, kept]).toEqual([true, true, true, []])

    for (const { clientId, phone, draftId } of writers) {
      const after = await keyIds(clientId)
      expect(after).toHaveLength(1)
      expect(before.get(clientId)).not.toContain(after[0])
      expect(await sealedUnder(clientId)).toEqual(after)
      expect(await faults(clientId)).toEqual([])
      // The other server, which had the old key alone in memory, and a fresh one.
      const shown = await pulled(second, phone)
      expect(shown).toContain('round ')
      expect(await pulled(otherServer(practice()), phone)).toBe(shown)
      expect(await practice().document(phone, 'drafts', draftId)).toBeDefined()
      const quarantine = createQuarantineService({ replication: second })
      const { items } = expectOk(await quarantine.ofClient(phone.actor, clientId, {}))
      expect(items.map(({ fields }) => fields[0]?.value)).toContain('refused')
    }
    expect(practice().reported).toEqual([])
    const { prisma } = practice().database
    const audit = await prisma.auditEvent.groupBy({
      by: ['action'],
      where: { clientId: writers[0]?.clientId ?? '', action: { startsWith: 'keys.' } },
      _count: true,
    })
    expect(audit.map(({ action, _count }) => [action, _count]).sort()).toEqual([
      ['keys.data-key-added', 1],
      ['keys.data-key-dropped', 1],
    ])
  })

  it('[A10] tags of before are found after it, also those from before tags had a key of their own', async () => {
    const { clientId, tablet, draftId } = await writer()
    const { prisma } = practice().database
    await prisma.clientTagKey.deleteMany({ where: { clientId } })
    const tagOf = (keys = createClientKeys(practice())) =>
      practice().database.direct(async (tx) => (await keys.cipherOf(tx, clientId)).tag('a field'))
    const before = await tagOf()
    const stored = (await prisma.fieldHistory.findMany({ where: { clientId } })).map(
      ({ fieldTag }) => fieldTag,
    )
    expect((await rotate({ clientId })).clients).toBe(1)
    expect(await tagOf()).toBe(before)
    expect(await prisma.clientTagKey.count({ where: { clientId } })).toBe(1)
    // A third value of the same field goes beside the entries of before, under their tag.
    await tablet.push({ id: draftId, baseRev: 1, fields: { 'answers/mood': 'third' } })
    const after = await prisma.fieldHistory.findMany({ where: { clientId } })
    expect(after.filter(({ fieldTag }) => stored.includes(fieldTag)).length).toBeGreaterThan(stored.length)
  })

  it('[A11] killed at any moment, a run is gone on with and rotates nobody twice', async () => {
    const writers = await Promise.all(Array.from({ length: 3 }, writer))
    const { prisma } = practice().database
    let steps = 0
    let died = 0
    // Dies at its first step, then at its second, and so on, until one comes through.
    for (let deadline = 1; ; deadline += 1) {
      steps = 0
      try {
        await rotate({
          onProgress: () => {
            steps += 1
            if (steps >= deadline) throw new Error('killed')
          },
        })
        break
      } catch (error) {
        if (!(error instanceof Error) || error.message !== 'killed') throw error
        died += 1
        expect(await prisma.dataKeyRotation.count({ where: { finishedAt: null } })).toBe(1)
        for (const { phone, draftId } of writers)
          await phone.push({ id: draftId, baseRev: 1, fields: { 'answers/mood': `death ${died}` } })
      }
    }
    expect(died).toBeGreaterThan(3)
    expect(await prisma.dataKeyRotation.count({ where: { finishedAt: null } })).toBe(0)
    for (const { clientId } of writers) {
      expect(await keyIds(clientId)).toHaveLength(1)
      expect(await sealedUnder(clientId)).toEqual(await keyIds(clientId))
      const added = { clientId, action: 'keys.data-key-added' }
      expect(await prisma.auditEvent.count({ where: added })).toBe(1)
      expect(await faults(clientId)).toEqual([])
    }
  })

  it('[A11] two that rotate at once share the work', async () => {
    const writers = await Promise.all(Array.from({ length: 4 }, writer))
    const [one, two] = await Promise.all([rotate(), rotate()])
    expect([one.kept, two.kept]).toEqual([[], []])
    for (const { clientId } of writers) {
      expect(await keyIds(clientId)).toHaveLength(1)
      expect(await sealedUnder(clientId)).toEqual(await keyIds(clientId))
      expect(await faults(clientId)).toEqual([])
    }
  })

  it('[A11] a value that does not open keeps the older key in place, and is named', async () => {
    const { clientId, draftId, phone } = await writer()
    const { prisma } = practice().database
    const where = { clientId_id: { clientId, id: draftId } }
    const { body } = await prisma.formDraft.findUniqueOrThrow({ where })
    const damaged = Uint8Array.from(body)
    damaged[damaged.length - 1] = (damaged.at(-1) ?? 0) ^ 1
    await prisma.formDraft.update({ where, data: { body: damaged } })
    const [old] = await keyIds(clientId)
    const { clients, kept } = await rotate({ clientId })
    expect([clients, kept.map(({ why }) => why)]).toEqual([
      0,
      [expect.stringContaining(`form_draft ${draftId}`)],
    ])
    expect(await keyIds(clientId)).toEqual([old, expect.any(String)])
    // Mended from a backup, it opens with the key that was kept; the next run takes that away.
    await prisma.formDraft.update({ where, data: { body } })
    expect(await practice().document(phone, 'drafts', draftId)).toBeDefined()
    expect((await rotate({ clientId })).kept).toEqual([])
    expect(await keyIds(clientId)).toHaveLength(1)
  })

  it('[A10] whoever seals, also for a device that was signed out, uses the key that the locked head names', async () => {
    const { clientId, draftId, phone } = await writer()
    const { database } = practice()
    await rotate({ clientId })
    await database.prisma.device.update({
      where: { id: phone.actor.deviceId ?? '' },
      data: { revokedAt: new Date() },
    })
    // This server has the first key in memory: what the device had not sent is sealed under the next one all the same.
    const mutation = phone.mutation({ id: draftId, baseRev: 1, fields: { 'answers/mood': 'last words' } })
    expectOk(
      await practice().replication.sync.lastPush(phone.actor, { client: clientId, mutations: [mutation] }),
    )
    expect(await sealedUnder(clientId)).toEqual(await keyIds(clientId))
    const head = await database.direct((tx) => lockHead(tx, clientId))
    expect(head.keyChanges).toBe(2)
    expect(SEALED_TABLES.length).toBeGreaterThan(10)
  })
})
