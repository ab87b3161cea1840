/** Files that a person keeps: what a broken line and a crash cost, and what is left of one that was withdrawn. */
import { createHash, randomBytes } from 'node:crypto'
import { Dexie } from 'dexie'
import { IDBKeyRange } from 'fake-indexeddb'
import { filter, firstValueFrom, timeout } from 'rxjs'
import { expect, it } from 'vitest'
import type { FilesView } from '../../client/replica/file-views.ts'
import { PART_BYTES } from '../../shared/domains/documents/limits.ts'
import { partsOfContent } from '../harness/files.ts'
import { signIn } from '../harness/sign-in.ts'
import { demoDevices } from './demo-devices.ts'
import type { TestDevice } from './test-device.ts'

const demo = demoDevices(['documents'])

const until = (on: TestDevice, condition: (view: FilesView) => boolean): Promise<FilesView> =>
  firstValueFrom(on.session.files$.pipe(filter(condition), timeout(60_000)))

async function share(content: Uint8Array) {
  const { url } = demo.portal
  const clinician = await signIn(url, 'clinician@demo.test')
  const client = await signIn(url, 'client@demo.test')
  const below = `/api/v1/staff/clients/${client.clientId}/documents`
  const sha256 = createHash('sha256').update(content).digest('hex')
  const body = { title: 'Pictures', category: 'other', bytes: content.length, sha256 }
  const begun = await clinician.fetch(below, { method: 'POST', body })
  const at = `${below}/${begun.body.id}`
  const headers = { 'content-type': 'application/octet-stream' }
  for (const [part, raw] of partsOfContent(content).entries())
    await clinician.fetch(`${at}/parts/${part}`, { method: 'PUT', raw, headers })
  expect((await clinician.fetch(`${at}/finish`, { method: 'POST' })).status).toBe(200)
  return {
    id: String(begun.body.id),
    withdraw: async () => expect((await clinician.fetch(at, { method: 'DELETE' })).status).toBe(204),
  }
}

/** What lies in the databases of files. */
async function storedParts({ indexedDB }: TestDevice): Promise<Uint8Array[]> {
  const names = (await indexedDB.databases()).flatMap(({ name }) => (name?.endsWith('-files') ? [name] : []))
  const found: Uint8Array[] = []
  for (const name of names) {
    const dexie = new Dexie(name, { indexedDB, IDBKeyRange })
    await dexie.open()
    for (const { e } of (await dexie.table('parts').toArray()) as { e: Uint8Array }[]) found.push(e)
    dexie.close()
  }
  return found
}

it('[R52] a file that is kept comes part by part, goes on after a broken line and a crash, and opens with no network', async () => {
  const words = 'a word that nobody else may read. '
  const content = Buffer.concat([
    Buffer.from(`%PDF-1.7\n${words}`),
    randomBytes(12 * PART_BYTES),
    Buffer.from(words),
  ])
  const { id } = await share(content)
  const phone = await demo.device('phone')
  await phone.untilDocument('documents', id, ({ title }) => title === 'Pictures')
  // It is never answered: the browser dies first.
  void phone.session.keepFile(id).catch(() => {})
  await until(phone, (view) => (view[id]?.have ?? 0) >= 2)
  phone.goOffline()
  phone.crash()
  await phone.reopen()
  const here = (await until(phone, (view) => view[id] !== undefined))[id]
  expect(here?.have).toBeGreaterThanOrEqual(2)
  expect(here?.have).toBeLessThan(here?.parts ?? 0)
  expect(await phone.session.openFile(id)).toEqual({ ok: false, reason: 'offline' })
  phone.goOnline()
  await until(phone, (view) => view[id]?.have === view[id]?.parts)
  expect(await phone.session.keepFile(id)).toBeNull()
  phone.goOffline()
  const opened = await phone.session.openFile(id)
  expect(opened.ok && Buffer.from(opened.bytes).equals(content)).toBe(true)
  const parts = await storedParts(phone)
  expect(parts).toHaveLength(13)
  expect(parts.some((part) => Buffer.from(part).includes(words))).toBe(false)
})

it('[R53] a document that was withdrawn takes its kept file along, and so does signing out', async () => {
  const [first, second] = [await share(Buffer.from('One, in words.')), await share(Buffer.from('Two.'))]
  const phone = await demo.device('phone')
  for (const { id } of [first, second]) {
    await phone.untilDocument('documents', id, ({ title }) => title === 'Pictures')
    expect(await phone.session.keepFile(id)).toBeNull()
  }
  phone.goOffline()
  await first.withdraw()
  expect(await phone.session.openFile(first.id)).toMatchObject({ ok: true, type: 'text/plain' })
  phone.goOnline()
  await until(phone, (view) => view[first.id] === undefined)
  expect(await phone.session.openFile(first.id)).toEqual({ ok: false, reason: 'gone' })
  await expect.poll(() => storedParts(phone)).toHaveLength(1)
  await phone.session.letFileGo(second.id)
  await expect.poll(() => storedParts(phone)).toHaveLength(0)
  expect(await phone.session.keepFile(second.id)).toBeNull()
  expect(await phone.session.signOut({ force: true })).toEqual({ ok: true })
  expect(await storedParts(phone)).toHaveLength(0)
})
