/** The browser may close a tab's connection to IndexedDB at any moment. SPEC: client/replica/SPEC.md, R16. */
import { randomUUID } from 'node:crypto'
import { afterEach, expect, it } from 'vitest'
import { assignedDraft } from '../harness/assigned-draft.ts'
import { createFakeServer } from './fake-server.ts'
import { createTestDevice, type TestDevice } from './test-device.ts'

const devices: TestDevice[] = []
/** Those of replicas that are opened from now on. */
function connectionsTo(factory: IDBFactory): IDBDatabase[] {
  const connections: IDBDatabase[] = []
  const open = factory.open.bind(factory)
  factory.open = (name: string, version?: number) => {
    const request = open(name, version)
    if (name.startsWith('replica-'))
      request.addEventListener('success', () => connections.push(request.result))
    return request
  }
  return connections
}
afterEach(async () => {
  for (const each of devices.splice(0)) await each[Symbol.asyncDispose]()
})

it('[R16] a tab whose connection was closed goes on showing what the other tab writes', async () => {
  const server = createFakeServer()
  const id = randomUUID()
  server.put('drafts', { ...assignedDraft(id), status: 'draft' })
  const tab = async (name: string, tabOf?: TestDevice) => {
    const { email, password, fetch, openSocket } = server
    const created = await createTestDevice({
      url: 'http://portal.test',
      email,
      password,
      name,
      network: { fetch, openSocket },
      collections: ['drafts'],
      ...(tabOf && { tabOf }),
    })
    devices.push(created)
    await created.settled()
    return created
  }
  const answer = async (on: TestDevice, key: string, value: string) =>
    (await on.db.drafts.findOne(id).exec(true)).incrementalModify((data) => ({
      ...data,
      answers: { ...data.answers, [key]: value },
    }))
  const has = (text: string) => (document: { readonly [key: string]: unknown }) =>
    JSON.stringify(document.answers).includes(text)

  const one = await tab('tab one')
  const connections = connectionsTo(one.indexedDB)
  const two = await tab('tab two', one)
  await answer(one, 'q0', 'before')
  await two.untilDocument('drafts', id, has('before'))
  for (const connection of connections) connection.close()
  for (const value of ['first', 'second', 'third']) {
    await answer(one, value, value)
    await two.untilDocument('drafts', id, has(value))
  }
  expect((await two.db.drafts.findOne(id).exec(true)).toJSON().answers).toEqual({
    q0: 'before',
    first: 'first',
    second: 'second',
    third: 'third',
  })
})

it('[R39] a tab under which the browser deleted the database says so, and still has what was not sent', async () => {
  const server = createFakeServer()
  const id = randomUUID()
  server.put('drafts', { ...assignedDraft(id), status: 'draft' })
  const { email, password, fetch, openSocket } = server
  const phone = await createTestDevice({
    url: 'http://portal.test',
    email,
    password,
    name: 'phone',
    network: { fetch, openSocket },
    collections: ['drafts'],
  })
  devices.push(phone)
  const factory = phone.indexedDB
  const connections = connectionsTo(factory)
  await phone.reopen()
  await phone.settled()
  const answer = async (value: string) =>
    (await phone.db.drafts.findOne(id).exec(true)).incrementalPatch({ answers: { q: value } })
  phone.goOffline()
  await answer('not sent')
  const [connection] = connections
  for (const each of connections) each.close()
  const name = String(connection?.name)
  await new Promise((resolve) => factory.deleteDatabase(name).addEventListener('success', resolve))
  await expect(answer('not saved')).rejects.toThrow()
  await phone.until(({ link }) => link === 'storage-lost')
  expect(phone.sync.items).toMatchObject([{ documentId: id, state: 'waiting' }])
  expect(JSON.stringify(await phone.session.exportUnsent())).toContain('not sent')
  phone.goOnline()
  expect(phone.sync.link).toBe('storage-lost')
  expect((await factory.databases()).map((each) => each.name)).not.toContain(name)
})
