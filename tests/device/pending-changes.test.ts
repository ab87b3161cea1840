/** What waits on a device holds up nothing that comes from the server. SPEC: shared/protocol/SPEC.md, client/replica/SPEC.md. */
import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { OpenSocket } from '../../client/transport/socket.ts'
import type { Changes } from '../../shared/protocol/messages.ts'
import { assignedDraft } from '../harness/assigned-draft.ts'
import { createFakeServer, type FakeServer } from './fake-server.ts'
import { createTestDevice, type TestDevice } from './test-device.ts'

let server: FakeServer
let devices: TestDevice[]
let clock: number
const draftId = randomUUID()

const draft = (id: string) => ({ ...assignedDraft(id), status: 'draft' })
const device = async (name: string, network: { openSocket?: OpenSocket } = {}) => {
  const { email, password, fetch, openSocket } = server
  const created = await createTestDevice({
    url: 'http://portal.test',
    email,
    password,
    name,
    network: { fetch, openSocket, ...network },
    now: () => ++clock,
    collections: ['drafts'],
  })
  devices.push(created)
  await created.settled()
  return created
}
const answer = async (on: TestDevice, key: string, value: string) =>
  (await on.db.drafts.findOne(draftId).exec(true)).incrementalModify((data) => ({
    ...data,
    answers: { ...data.answers, [key]: value },
  }))
const shown = async (on: TestDevice, id = draftId) => (await on.db.drafts.findOne(id).exec())?.toJSON()
const answersAre = (wanted: object) => (document: { readonly [key: string]: unknown }) =>
  JSON.stringify(Object.entries(document.answers as object).sort()) ===
  JSON.stringify(Object.entries(wanted).sort())

beforeEach(() => {
  server = createFakeServer()
  devices = []
  clock = Date.now()
  server.put('drafts', draft(draftId))
})
afterEach(async () => {
  for (const each of devices) await each[Symbol.asyncDispose]()
})

it('[P20] a change that cannot be sent holds up neither changes nor pull, and shows on top of them', async () => {
  let release = () => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  const phone = await device('phone', {
    openSocket: (options) => {
      const socket = server.openSocket(options)
      return { ...socket, push: (message) => held.then(() => socket.push(message)) }
    },
  })
  const tablet = await device('tablet')
  await answer(phone, 'q1', 'from the phone')
  await phone.runTimers()
  await phone.until(({ unsent }) => unsent === 1)

  await answer(tablet, 'q2', 'from the tablet')
  await tablet.settled()
  await phone.untilDocument('drafts', draftId, answersAre({ q1: 'from the phone', q2: 'from the tablet' }))
  expect(phone.sync.unsent).toBe(1)
  // A pull, after an absence, is not held up either.
  phone.goOffline()
  const assigned = randomUUID()
  server.put('drafts', draft(assigned))
  await answer(tablet, 'q3', 'meanwhile')
  await tablet.settled()
  phone.goOnline()
  await phone.untilDocument('drafts', assigned, () => true)
  const all = { q1: 'from the phone', q2: 'from the tablet', q3: 'meanwhile' }
  await phone.untilDocument('drafts', draftId, answersAre(all))
  expect(server.body(draftId)?.answers).not.toHaveProperty('q1')

  release()
  await phone.settled()
  expect(server.body(draftId)?.answers).toEqual(all)
})

it('[P16] [P17] lost, repeated, reordered and outdated changes end in the server’s document', async () => {
  const late: (() => void)[] = []
  let mode: 'pass' | 'keep' | 'lose' = 'pass'
  let pulls = 0
  const phone = await device('phone', {
    openSocket: (options) => {
      const events = {
        ...options.events,
        changes: (message: Changes) => {
          if (mode === 'pass') options.events.changes(message)
          else if (mode === 'keep') late.push(() => options.events.changes(message))
        },
      }
      const socket = server.openSocket({ ...options, events })
      return {
        ...socket,
        pull: (message) => {
          pulls += 1
          return socket.pull(message)
        },
      }
    },
  })
  const before = pulls
  const body = (n: number) => ({ ...draft(draftId), answers: { n } })
  mode = 'keep'
  server.put('drafts', body(1))
  server.put('drafts', body(2))
  mode = 'lose'
  server.put('drafts', body(3))
  mode = 'pass'
  server.put('drafts', body(4))
  await phone.untilDocument('drafts', draftId, answersAre({ n: 4 }))
  await expect.poll(() => pulls).toBeGreaterThan(before)
  for (const arrive of [...late, ...late.reverse()]) arrive()
  server.put('drafts', draft(randomUUID()))
  await phone.settled()
  expect((await shown(phone))?.answers).toEqual({ n: 4 })
})
