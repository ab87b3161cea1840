/** A record is made anew because less of it may be seen: the device dies at every write of that, and somebody goes on typing. R65. */
import { randomBytes, randomUUID } from 'node:crypto'
import { IDBFactory, IDBKeyRange, IDBObjectStore } from 'fake-indexeddb'
import { afterEach, expect, it, vi } from 'vitest'
import { openKeyRing, type RecordEntry } from '../../client/keys/key-ring.ts'
import { PART_BYTES } from '../../shared/domains/documents/limits.ts'
import type { TestDevice } from './test-device.ts'
import { all, databases, open, twoRecords } from './two-records.ts'

const clinic = twoRecords()
afterEach(() => vi.restoreAllMocks())

const NARROW = { messages: 'write', forms: 'write', appointments: 'write' }
const WIDE = { ...NARROW, billing: 'read' }
const grant = async (id: string, scopes: object) => {
  const path = `/api/v1/staff/clients/${clinic.alex.clientId}/access/${id}`
  const body = { scopes, until: null }
  expect((await clinic.desk.fetch(path, { method: 'PUT', body })).status).toBe(204)
}
const sees = (phone: TestDevice, bills: boolean) =>
  clinic.view(
    phone,
    ({ record }) =>
      record?.client === clinic.alex.clientId &&
      record.scopes.some((text) => text.startsWith('billing')) === bills,
  )
async function alexsEntry({ indexedDB }: TestDevice): Promise<RecordEntry> {
  const ring = await openKeyRing({ indexedDB, IDBKeyRange }, (length) => new Uint8Array(length))
  const entry = await ring.current()
  ring.close()
  const found = entry?.records?.find(({ clientId }) => clientId === clinic.alex.clientId)
  if (found === undefined) throw new Error('the record is not here')
  return found
}
const bytes = new Uint8Array(Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(PART_BYTES)]))
const chosen = () => ({ id: randomUUID(), name: 'Letter.pdf', type: 'application/pdf', bytes })
async function hasAll(phone: TestDevice, fileId: string, text: string) {
  expect(await phone.session.readLocal('wish:new')).toEqual({ reason: text })
  const kept = await phone.session.openAttachment(fileId)
  expect(kept.ok && Buffer.from(kept.bytes).equals(Buffer.from(bytes))).toBe(true)
}
const tell = (phone: TestDevice, name: string) => phone.shared.channels.forTab((run) => run()).open(name)

/** Once a record is left to be made anew, the device lives for so many writes more. Resolves when it is dead. */
function dieAfter(phone: TestDevice, database: string, writes: number): Promise<void> {
  let left = Number.POSITIVE_INFINITY
  const channel = tell(phone, `replica:${database}`)
  channel.listen((message) => {
    if ((message as { say: string }).say === 'left') left = writes
  })
  return new Promise((resolve) => {
    const dying = <A extends unknown[], R>(real: (...given: A) => R) =>
      function (this: unknown, ...given: A): R {
        left -= 1
        if (left < 0) {
          phone.crash()
          channel.close()
          resolve()
          throw new DOMException('the device is dead', 'AbortError')
        }
        return real.apply(this, given)
      }
    const { put, delete: remove } = IDBObjectStore.prototype
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(dying(put))
    vi.spyOn(IDBObjectStore.prototype, 'delete').mockImplementation(dying(remove))
    const { deleteDatabase } = IDBFactory.prototype
    vi.spyOn(IDBFactory.prototype, 'deleteDatabase').mockImplementation(dying(deleteDatabase))
  })
}

it('[R65] dies at any write of making a record anew, and loses nothing of what was typed', async () => {
  const { phone, id } = await clinic.helper(all('write'), null, ['drafts'])
  await open(phone, clinic.alex.clientId)
  const draft = (await phone.db.drafts.findOne().exec(true)).id
  const file = { ...chosen(), draft }
  await phone.session.attachFile(file)
  const interrupted = new Set<string>()
  let isDead = true
  for (let writes = 0; isDead; writes += 1) {
    expect(writes).toBeLessThan(60)
    await grant(id, WIDE)
    await sees(phone, true)
    await phone.until(({ link }) => link === 'online')
    const text = `half a sentence, ${writes}`
    await phone.session.writeLocal('wish:new', { reason: text })
    const before = await alexsEntry(phone)
    const dead = dieAfter(phone, before.databaseName, writes).then(() => true)
    const renewed = async () => {
      await expect
        .poll(async () => (await databases(phone)).includes(before.databaseName), { timeout: 30_000 })
        .toBe(false)
      await sees(phone, false)
      return false
    }
    phone.goOffline()
    await grant(id, NARROW)
    phone.goOnline()
    isDead = await Promise.race([dead, renewed().catch(() => true)])
    if (isDead) await new Promise((resolve) => setTimeout(resolve, 200))
    vi.restoreAllMocks()
    const { databaseName, former } = await alexsEntry(phone)
    const isBefore = databaseName === before.databaseName
    const copied = former?.keys.length === 0 ? 'copied' : 'half way'
    interrupted.add(isBefore ? 'not begun' : former ? copied : 'done')
    if (isDead) {
      phone.goOffline()
      await phone.reopen()
    }
    await hasAll(phone, file.id, text)
    phone.goOnline()
    await sees(phone, false)
    await expect.poll(async () => (await databases(phone)).includes(before.databaseName)).toBe(false)
    await expect.poll(async () => (await alexsEntry(phone)).former).toBeUndefined()
  }
  expect([...interrupted].sort()).toEqual(['copied', 'done', 'half way', 'not begun'])
})

it('[R65] takes along what is typed until the page is closed: nothing that was kept goes', async () => {
  const { phone, id } = await clinic.helper(all('write'), null, 'all')
  await open(phone, clinic.alex.clientId)
  const file = chosen()
  await phone.session.attachFile(file)
  await phone.db.outgoing.insert({
    id: 'new',
    messageId: randomUUID(),
    subject: 'Next week',
    body: 'Half a senten',
    priority: 'normal',
    attachments: [{ documentId: file.id, name: file.name, bytes: bytes.length }],
    updatedAt: clinic.now(),
  })
  const { databaseName } = await alexsEntry(phone)
  let isLeft = false
  const channel = tell(phone, `replica:${databaseName}`)
  channel.listen((message) => {
    isLeft ||= (message as { say: string }).say === 'left'
  })
  await grant(id, NARROW)
  await expect.poll(() => isLeft).toBe(true)
  let kept = 0
  const isKept = () =>
    phone.session.writeLocal('wish:new', { keystroke: kept + 1 }).then(
      () => true,
      () => false,
    )
  while (await isKept()) kept += 1
  channel.close()
  await sees(phone, false)
  await expect.poll(async () => (await databases(phone)).includes(databaseName)).toBe(false)
  await phone.until(({ link }) => link === 'online')
  expect(kept).toBeGreaterThan(0)
  expect(await phone.session.readLocal('wish:new')).toEqual({ keystroke: kept })
})
