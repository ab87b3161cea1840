/** Two devices of one client over a server in memory. SPEC: client/replica/SPEC.md. */
import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { SocketEvents } from '../../client/transport/socket.ts'
import { assignedDraft } from '../harness/assigned-draft.ts'
import { createFakeServer, type FakeServer } from './fake-server.ts'
import { createTestDevice, type TestDevice } from './test-device.ts'

let server: FakeServer
let devices: TestDevice[]
let clock: number
const draftId = randomUUID()

const device = async (name: string) => {
  const { email, password, fetch, openSocket } = server
  const created = await createTestDevice({
    url: 'http://portal.test',
    email,
    password,
    name,
    network: { fetch, openSocket },
    now: () => ++clock,
  })
  devices.push(created)
  await created.settled()
  return created
}
const answer = async (on: TestDevice, key: string, value: string) => {
  const draft = await on.db.drafts.findOne(draftId).exec(true)
  await draft.incrementalModify((data) => ({
    ...data,
    status: 'draft' as const,
    answers: { ...data.answers, [key]: value },
  }))
}
const shown = async (on: TestDevice) => (await on.db.drafts.findOne(draftId).exec(true)).toJSON()

beforeEach(() => {
  server = createFakeServer()
  devices = []
  clock = Date.now()
  server.put('drafts', {
    id: draftId,
    definitionId: randomUUID(),
    formKey: 'phq-9',
    title: 'PHQ-9',
    status: 'assigned',
    assignedAt: 1,
    answers: {},
    contested: {},
  })
})
afterEach(async () => {
  for (const each of devices) await each[Symbol.asyncDispose]()
})

describe('two devices', () => {
  it.each([
    ['first', 'second'],
    ['second', 'first'],
  ])('[R8] merges different answers made offline, %s device back first', async (...order) => {
    const both: { [name: string]: TestDevice } = {
      first: await device('first'),
      second: await device('second'),
    }
    for (const name of order) both[name]?.goOffline()
    await answer(both.first as TestDevice, 'q1', 'one')
    await answer(both.second as TestDevice, 'q2', 'two')
    for (const name of order) {
      both[name]?.goOnline()
      await both[name]?.settled()
    }
    for (const each of devices)
      await each.untilDocument(
        'drafts',
        draftId,
        ({ answers }) => JSON.stringify(answers).includes('one') && JSON.stringify(answers).includes('two'),
      )
    expect((await shown(devices[0] as TestDevice)).answers).toEqual({ q1: 'one', q2: 'two' })
    expect(await shown(devices[0] as TestDevice)).toEqual(await shown(devices[1] as TestDevice))
  })

  it('[R8] shows both values of one question, whoever comes back first', async () => {
    const phone = await device('phone')
    const tablet = await device('tablet')
    phone.goOffline()
    tablet.goOffline()
    await answer(phone, 'q1', 'earlier')
    await answer(tablet, 'q1', 'later')
    tablet.goOnline()
    await tablet.settled()
    phone.goOnline()
    await phone.settled()
    const contested = (document: { readonly [key: string]: unknown }) =>
      JSON.stringify(document.contested).includes('earlier')
    await phone.untilDocument('drafts', draftId, contested)
    await tablet.untilDocument('drafts', draftId, contested)
    expect((await shown(phone)).answers).toEqual({ q1: 'later' })
    expect(await shown(phone)).toEqual(await shown(tablet))
  })

  it('[R5] keeps the first base of a field that waits, so that a hidden value is still a conflict', async () => {
    const phone = await device('phone')
    const tablet = await device('tablet')
    phone.goOffline()
    await answer(phone, 'q1', 'phone 1')
    await answer(tablet, 'q1', 'tablet')
    await tablet.settled()
    // The phone learns of the tablet's value but cannot push yet: its own value hides it.
    server.loseNextAck()
    await answer(phone, 'q1', 'phone 2')
    phone.goOnline()
    await phone.settled()
    await tablet.untilDocument('drafts', draftId, ({ contested }) =>
      JSON.stringify(contested).includes('tablet'),
    )
    expect((await shown(tablet)).answers).toEqual({ q1: 'phone 2' })
  })

  it('[P14] [R3] sends a mutation again after a lost ack, with one effect', async () => {
    const phone = await device('phone')
    server.loseNextAck()
    await answer(phone, 'q1', 'once')
    await phone.until(({ unsent }) => unsent > 0)
    await phone.settled()
    expect(server.effects).toHaveLength(1)
    expect(server.body(draftId)?.answers).toEqual({ q1: 'once' })
  })

  it('[R2] a crash between write and send loses nothing', async () => {
    const phone = await device('phone')
    phone.goOffline()
    await answer(phone, 'q1', 'typed')
    phone.crash()
    await phone.reopen()
    expect((await shown(phone)).answers).toEqual({ q1: 'typed' })
    expect(server.effects).toHaveLength(0)
    phone.goOnline()
    await phone.settled()
    expect(server.body(draftId)?.answers).toEqual({ q1: 'typed' })
    expect(server.effects).toHaveLength(1)
  })

  it('submits what was frozen and shows what the clinic made of it', async () => {
    const phone = await device('phone')
    phone.goOffline()
    await answer(phone, 'q1', 'yes')
    const id = randomUUID()
    const draft = await shown(phone)
    await phone.db.submissions.insert({
      id,
      draftId,
      definitionId: draft.definitionId,
      formKey: draft.formKey,
      title: draft.title,
      answers: { ...draft.answers },
      submittedAt: clock,
      status: 'sent',
      updatedAt: clock,
    })
    expect(phone.sync.link).not.toBe('online')
    const saved = await phone.until(({ items }) => items.length === 2)
    expect(saved.items.map(({ state }) => state)).toEqual(['saved', 'saved'])
    phone.goOnline()
    await phone.untilDocument('submissions', id, ({ status }) => status === 'received')
    await phone.settled()
    expect(server.body(id)).toMatchObject({ status: 'received', answers: { q1: 'yes' } })
    const received = await phone.until(({ items }) =>
      items.some(({ state, collection }) => state === 'received' && collection === 'submissions'),
    )
    expect(received.unsent).toBe(0)
    const sent = server.effects.find(([, collection]) => collection === 7)
    expect(sent?.[5].map(([field]) => field).sort()).toEqual([
      'answers',
      'definitionId',
      'draftId',
      'draftRev',
      'submittedAt',
    ])
  })

  it('[R12] a refused change needs attention and blocks nothing behind it', async () => {
    const phone = await device('phone')
    const other = randomUUID()
    server.put('drafts', assignedDraft(other))
    await phone.untilDocument('drafts', other, () => true)
    server.refuse(draftId)
    phone.goOffline()
    await answer(phone, 'q1', 'refused')
    await (await phone.db.drafts.findOne(other).exec(true)).incrementalPatch({ answers: { q1: 'fine' } })
    phone.goOnline()
    await phone.settled()
    expect(server.body(other)?.answers).toEqual({ q1: 'fine' })
    const [item] = phone.sync.items.filter(({ state }) => state === 'attention')
    expect(item).toMatchObject({ documentId: draftId, reason: 'not_permitted' })
    expect((await shown(phone)).answers).toEqual({ q1: 'refused' })
    const given = await phone.session.discard(item?.mutation as number)
    expect(given).toMatchObject({ fields: { 'answers/q1': 'refused' } })
    await phone.untilDocument('drafts', draftId, ({ answers }) => JSON.stringify(answers) === '{}')
    await phone.until(({ items }) => items.every(({ state }) => state !== 'attention'))
  })

  it('[R11] an acked write survives a restore of the server from backup', async () => {
    const phone = await device('phone')
    const restore = server.backup()
    await answer(phone, 'q1', 'acked')
    await phone.until(({ items }) => items.some(({ state }) => state === 'received'))
    restore()
    expect(server.body(draftId)?.answers).toEqual({})
    phone.session.syncNow()
    await phone.until(({ link }) => link !== 'online')
    await phone.settled()
    expect(server.body(draftId)?.answers).toEqual({ q1: 'acked' })
    expect((await shown(phone)).answers).toEqual({ q1: 'acked' })
  })

  it('[R11] [P7] what is sent again after a restore takes effect once, however often the device came back', async () => {
    const phone = await device('phone')
    const again = async () => {
      await phone.settled()
      phone.goOffline()
      phone.goOnline()
      await phone.settled()
    }
    await answer(phone, 'q1', 'old')
    await again()
    await answer(phone, 'q1', 'newer')
    await again()
    await answer(phone, 'q2', 'other')
    await again()
    const sent = server.effects.length
    expect(sent).toBeGreaterThanOrEqual(3)
    // Nothing is lost here, but the device cannot know: it sends all that it has kept.
    server.backup()()
    phone.session.syncNow()
    await phone.until(({ link }) => link !== 'online')
    await phone.settled()
    expect(server.effects).toHaveLength(sent)
    expect((await shown(phone)).answers).toEqual({ q1: 'newer', q2: 'other' })
  })

  it('[P22] [R19] a device that lost access to the record purges it, and no other', async () => {
    const { email, password, fetch } = server
    let tell: SocketEvents['revoke'] = () => {}
    const phone = await createTestDevice({
      url: 'http://portal.test',
      email,
      password,
      name: 'phone',
      network: {
        fetch,
        openSocket: (options) => {
          tell = options.events.revoke
          return server.openSocket(options)
        },
      },
    })
    devices.push(phone)
    await phone.settled()
    const replicas = async () =>
      (await phone.indexedDB.databases()).filter(({ name }) => name?.startsWith('replica-')).length
    tell({ client: randomUUID(), generation: 1 })
    await answer(phone, 'q1', 'still here')
    await phone.settled()
    expect(await replicas()).toBe(1)
    tell({ client: server.clientId, generation: 1 })
    await expect.poll(replicas).toBe(0)
    expect(() => phone.db).toThrow('locked')
  })

  it('[R19] a revoked device destroys its keys and its replica', async () => {
    const phone = await device('phone')
    const names = async () => (await phone.indexedDB.databases()).map(({ name }) => name)
    expect((await names()).filter((name) => name?.startsWith('replica-'))).toHaveLength(1)
    let state = ''
    phone.session.session$.subscribe((view) => {
      state = `${view.state}/${view.lockReason}`
    })
    server.revoke(server.devices()[0] as string)
    await expect.poll(() => state).toBe('empty/wiped')
    expect((await names()).filter((name) => name?.startsWith('replica-'))).toHaveLength(0)
  })
})
