/** A document that the server lost in a restore, with a change of this device on it. SPEC: client/replica/SPEC.md, R10. */
import { randomUUID } from 'node:crypto'
import { afterEach, expect, it } from 'vitest'
import { assignedDraft } from '../harness/assigned-draft.ts'
import { createFakeServer } from './fake-server.ts'
import { createTestDevice, type TestDevice } from './test-device.ts'

const devices: TestDevice[] = []
afterEach(async () => {
  for (const each of devices.splice(0)) await each[Symbol.asyncDispose]()
})

it('[R10] goes when the client gives up the change that the server refuses now', async () => {
  const server = createFakeServer()
  const restore = server.backup()
  const id = randomUUID()
  server.put('drafts', { ...assignedDraft(id), status: 'draft' })
  const { email, password, fetch, openSocket } = server
  const device = await createTestDevice({
    url: 'http://portal.test',
    email,
    password,
    name: 'phone',
    network: { fetch, openSocket },
    collections: ['drafts'],
  })
  devices.push(device)
  await device.settled()
  const draft = await device.db.drafts.findOne(id).exec(true)
  await draft.incrementalModify((data) => ({ ...data, answers: { mood: 'fine' } }))
  await device.settled()

  server.refuse(id)
  restore()
  device.session.syncNow()
  const view = await device.until(({ items }) => items.some(({ state }) => state === 'attention'))
  // Nothing that was typed is gone before the client says so.
  await device.untilDocument('drafts', id, ({ answers }) => JSON.stringify(answers).includes('fine'))
  const mutation = view.items.find(({ state }) => state === 'attention')?.mutation
  await device.session.discard(Number(mutation))
  await expect.poll(() => device.db.drafts.findOne(id).exec()).toBeNull()
})
