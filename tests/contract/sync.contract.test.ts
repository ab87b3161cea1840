/** hello and pull over both databases: cursors, the hash chain, restores, paging while others write. */
import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import type { ChangeRow, Cursor, Hello, PullAnswer } from '../../shared/protocol/messages.ts'
import { describeOverDatabases, expectOk, type TestDevice, usePractice } from '../harness/practice.ts'

describeOverDatabases('hello and pull', (open) => {
  const practice = usePractice(open)
  const setUp = async () => {
    const client = await practice().client()
    const draftId = await practice().assign(client.clientId)
    const phone = await practice().device(client, 'Phone')
    return { client, draftId, phone }
  }
  const hello = async (device: TestDevice, cursor: Cursor | null, m = 1, part: Partial<Hello> = {}) =>
    practice().replication.sync.hello(device.actor, {
      p: 1,
      v: 1,
      client: device.clientId,
      device: String(device.actor.deviceId),
      cursor,
      m,
      ...part,
    })
  const pullAll = async (
    device: TestDevice,
    limit = 500,
    between?: (page: PullAnswer) => Promise<unknown>,
  ) => {
    const rows: ChangeRow[] = []
    let after = 0
    let upTo: number | null = null
    for (;;) {
      const page: PullAnswer = expectOk(
        await practice().replication.sync.pull(device.actor, { client: device.clientId, after, upTo, limit }),
      )
      rows.push(...page.rows)
      if (page.done) return { rows, head: page.head }
      after = page.next
      upTo = page.upTo
      await between?.(page)
    }
  }
  const answer = (device: TestDevice, draftId: string, value: string, key = 'mood') =>
    device.push({ id: draftId, baseRev: 1, fields: { [`answers/${key}`]: value } })

  it('[P6] a new device is told to pull everything; one at the head has nothing to do', async () => {
    const { draftId, phone } = await setUp()
    expect(expectOk(await hello(phone, null))).toMatchObject({ mode: 'reset', last: 0 })
    await answer(phone, draftId, 'fine')
    const { head } = await pullAll(phone)
    expect(expectOk(await hello(phone, head, 2))).toEqual({ mode: 'delta', head, last: 1 })
  })

  it('[P6] a cursor behind the head pulls on from where it is', async () => {
    const { draftId, phone } = await setUp()
    const { head } = await pullAll(phone)
    const { changes } = await answer(phone, draftId, 'fine')
    expect(expectOk(await hello(phone, head))).toMatchObject({ mode: 'delta', head: changes.to })
    const { rows } = expectOk(
      await practice().replication.sync.pull(phone.actor, {
        client: phone.clientId,
        after: head.s,
        upTo: null,
      }),
    )
    expect(rows.map((row) => row[1])).toEqual([draftId])
  })

  it('[P6] a cursor that this database never gave out resets the device', async () => {
    const { draftId, phone } = await setUp()
    const { changes } = await answer(phone, draftId, 'fine')
    const { to } = changes
    for (const cursor of [
      { ...to, k: 'ffffffffffffffff' },
      { ...to, s: to.s + 5 },
      { ...to, s: to.s - 1, k: 'ffffffffffffffff' },
      { ...to, e: to.e + 1 },
    ])
      expect(expectOk(await hello(phone, cursor)).mode).toBe('reset')
  })

  it('[P6] [P21] after a restore a device rewinds to what it and the database share, and nothing acked is lost', async () => {
    const { client, draftId, phone } = await setUp()
    const kept = (await answer(phone, draftId, 'kept')).changes.to
    const lost = (await answer(phone, draftId, 'written after the backup')).changes.to
    const { prisma } = practice().database
    const where = { clientId: client.clientId }
    await prisma.clientHeadLog.deleteMany({ where: { ...where, seq: { gt: kept.s } } })
    await prisma.clientHead.update({ where, data: { epoch: kept.e + 1, seq: kept.s, chk: kept.k } })
    await prisma.mutationResult.deleteMany({ where: { ...where, number: 2 } })
    expect(expectOk(await hello(phone, lost))).toMatchObject({ mode: 'rewind', from: kept.s, last: 1 })
    expect(expectOk(await hello(phone, kept))).toMatchObject({ mode: 'rewind', from: kept.s })
  })

  it('[P6] what a restore took back is noticed also where its epoch is the same as that of the one before', async () => {
    const { client, draftId, phone } = await setUp()
    const other = await practice().assign(client.clientId)
    const kept = (await answer(phone, draftId, 'kept')).changes.to
    const { prisma } = practice().database
    const where = { clientId: client.clientId }
    const restore = async () => {
      await prisma.clientHeadLog.deleteMany({ where: { ...where, seq: { gt: kept.s } } })
      await prisma.clientHead.update({ where, data: { epoch: kept.e + 1, seq: kept.s, chk: kept.k } })
    }
    await restore()
    const shared = { ...kept, e: kept.e + 1 }
    expect(expectOk(await hello(phone, shared)).mode).toBe('delta')
    const lost = (await answer(phone, draftId, 'between the two')).changes.to
    await restore()
    const tablet = await practice().device(client, 'Tablet')
    // One commit that goes over the position of the lost one.
    await tablet.push(
      { id: draftId, baseRev: 1, fields: { 'answers/sleep': 1 } },
      { id: other, baseRev: 1, fields: { 'answers/sleep': 2 } },
    )
    expect(expectOk(await hello(phone, lost)).mode).toBe('reset')
    expect(expectOk(await hello(phone, shared)).mode).toBe('delta')
  })

  it('[P6] a device that was away for longer than the log goes back pulls on, and contests nothing', async () => {
    const { client, draftId, phone } = await setUp()
    const tablet = await practice().device(client, 'Tablet')
    const { to } = (await answer(tablet, draftId, 'old')).changes
    const seen = await phone.push({ id: draftId, baseRev: 2, fields: { 'answers/mood': 'new' } })
    await answer(phone, draftId, '8', 'sleep')
    const where = { clientId: client.clientId, seq: { lte: to.s } }
    await practice().database.prisma.clientHeadLog.deleteMany({ where })
    expect(expectOk(await hello(tablet, to, 2))).toMatchObject({ mode: 'delta', last: 1 })
    const since = { client: tablet.clientId, after: to.s, upTo: null }
    const { rows } = expectOk(await practice().replication.sync.pull(tablet.actor, since))
    expect(rows.map((row) => row[1])).toEqual([draftId])
    // What the log still has is checked as before.
    for (const cursor of [
      { ...seen.changes.to, k: 'ffffffffffffffff' },
      { ...to, s: to.s + 500 },
    ])
      expect(expectOk(await hello(tablet, cursor, 2)).mode).toBe('reset')
  })

  it('[P7] [P9] [P21] a journal that is replayed under its old numbers changes nothing that is there', async () => {
    const { client, draftId, phone } = await setUp()
    const tablet = await practice().device(client, 'Tablet')
    const { sync } = practice().replication
    const at = practice().clock.time
    const journal = [
      phone.mutation({ id: draftId, baseRev: 1, fields: { 'answers/mood': 'old' }, at: at - 5_000 }),
      phone.mutation({ id: draftId, baseRev: 2, fields: { 'answers/sleep': 1 }, at: at - 4_000 }),
    ]
    const replay = async () =>
      expectOk(await sync.push(phone.actor, { client: phone.clientId, mutations: journal })).answers
    const first = await replay()
    await tablet.push({ id: draftId, baseRev: 3, fields: { 'answers/mood': 'new' }, at: at - 1_000 })
    await tablet.push({
      id: randomUUID(),
      collection: 'submissions',
      baseRev: 0,
      fields: {
        draftId,
        definitionId: practice().definitionId,
        answers: { mood: 'new', sleep: 1 },
        submittedAt: at,
        draftRev: 4,
      },
    })
    const before = await pullAll(tablet)
    await hello(phone, { ...before.head, k: 'ffffffffffffffff' }, 1)
    expect(await replay()).toEqual(first)
    expect(await pullAll(tablet)).toEqual(before)
    expect(await practice().database.prisma.formDraft.count({ where: { clientId: client.clientId } })).toBe(1)
  })

  it('[P7] hello forgets answers that the device does not need any more, and remembers the last number', async () => {
    const { draftId, phone, client } = await setUp()
    const where = { clientId: client.clientId, deviceId: String(phone.actor.deviceId) }
    for (const value of ['a', 'b', 'c']) await answer(phone, draftId, value)
    expect(expectOk(await hello(phone, null, 3)).last).toBe(3)
    expect(await practice().database.prisma.mutationResult.count({ where })).toBe(1)
    expect(expectOk(await hello(phone, null, 4)).last).toBe(3)
    expect(await practice().database.prisma.mutationResult.count({ where })).toBe(1)
  })

  it('[P5] [P25] a reconnect with nothing new writes nothing', async () => {
    const { draftId, phone } = await setUp()
    await answer(phone, draftId, 'fine')
    const { head } = await pullAll(phone)
    const { prisma } = practice().database
    const clientId = phone.clientId
    const written = async () => [
      await prisma.auditEvent.count({ where: { clientId } }),
      await prisma.mutationResult.count({ where: { clientId } }),
      await prisma.clientHeadLog.count({ where: { clientId } }),
    ]
    const before = await written()
    await hello(phone, head, 1)
    await hello(phone, head, 2)
    expect(await written()).toEqual(before)
  })

  it('[P5] refuses another device’s name and unknown protocols', async () => {
    const { phone } = await setUp()
    expect(await hello(phone, null, 1, { device: randomUUID() })).toMatchObject({
      error: { code: 'not_authenticated' },
    })
    expect(await hello(phone, null, 1, { p: 99 })).toMatchObject({ error: { code: 'protocol_unsupported' } })
  })

  it('[P18] pages end at the head that the first page saw, and miss nothing that is written meanwhile', async () => {
    const { client, draftId, phone } = await setUp()
    const others = await Promise.all(Array.from({ length: 4 }, () => practice().assign(client.clientId)))
    const first = await pullAll(phone, 2, () => answer(phone, draftId, randomUUID()))
    const ids = first.rows.map((row) => row[1])
    const rest = expectOk(
      await practice().replication.sync.pull(phone.actor, {
        client: phone.clientId,
        after: first.head.s,
        upTo: null,
      }),
    )
    expect(new Set([...ids, ...rest.rows.map((row) => row[1])])).toEqual(
      new Set([practice().definitionId, draftId, ...others]),
    )
    const document = rest.rows.find((row) => row[1] === draftId)
    expect(document?.[3]).toBe(0)
    expect(expectOk(await hello(phone, first.head)).mode).toBe('delta')
  })

  it('[P3] every page that carries documents is audited in its transaction', async () => {
    const { phone } = await setUp()
    const { rows } = await pullAll(phone, 1)
    const events = await practice().database.prisma.auditEvent.findMany({
      where: { clientId: phone.clientId, action: 'sync.pull', outcome: 'allowed' },
    })
    expect(events.reduce((sum, event) => sum + event.count, 0)).toBe(rows.length)
    expect(events[0]).toMatchObject({
      accountId: phone.actor.accountId,
      deviceId: phone.actor.deviceId,
      ip: '192.0.2.1',
    })
  })
})
