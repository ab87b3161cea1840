/** Files of messages on a device: what a browser, a line or a clinic that is away costs, who counts them, what is left. */
import { randomBytes, randomUUID } from 'node:crypto'
import { Dexie } from 'dexie'
import { IDBKeyRange } from 'fake-indexeddb'
import { filter, firstValueFrom, timeout } from 'rxjs'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import type { AttachmentsView, ChosenFile } from '../../client/replica/file-views.ts'
import { openSocket } from '../../client/transport/socket.ts'
import { PART_BYTES } from '../../shared/domains/documents/limits.ts'
import type { Message } from '../../shared/domains/messages/schema.ts'
import { type RunningPortal, startPortal } from '../harness/server.ts'
import { DEMO_PASSWORD, type SignedInDevice, signIn } from '../harness/sign-in.ts'
import { createTestDevice, type TestDevice } from './test-device.ts'

let portal: RunningPortal
let now = Date.now
/** Of requests to the clinic that it never answers. */
let isLost = (_path: string) => false
const devices: TestDevice[] = []
beforeAll(async () => {
  portal = await startPortal()
})
afterEach(async () => {
  now = Date.now
  isLost = () => false
  for (const each of devices.splice(0)) await each[Symbol.asyncDispose]()
})
afterAll(() => portal.close())

const WORDS = 'a word that nobody else may read. '
const pdf = (parts: number): ChosenFile => ({
  id: randomUUID(),
  name: 'Letter.pdf',
  type: 'application/pdf',
  bytes: new Uint8Array(
    Buffer.concat([Buffer.from(`%PDF-1.7\n${WORDS}`), randomBytes((parts - 1) * PART_BYTES + 77)]),
  ),
})

const device = async (name: string, tabOf?: TestDevice): Promise<TestDevice> => {
  const created = await createTestDevice({
    url: portal.url,
    email: 'client@demo.test',
    password: DEMO_PASSWORD,
    name,
    collections: ['messages'],
    now: () => now(),
    ...(tabOf && { tabOf }),
    network: {
      openSocket,
      fetch: async (input, init) => {
        if (isLost(String(input))) throw new TypeError('the line broke')
        return fetch(input, init)
      },
    },
  })
  devices.push(created)
  if (tabOf === undefined) await created.settled()
  return created
}
const write = async (on: TestDevice, body: string, files: readonly ChosenFile[] = []): Promise<Message> => {
  const id = randomUUID()
  for (const file of files) await on.session.attachFile(file)
  const message: Message = {
    id,
    threadId: id,
    subject: body,
    body,
    priority: 'normal',
    author: 'client',
    authorName: '',
    attachments: files.map((file) => ({ documentId: file.id, name: file.name, bytes: file.bytes.length })),
    sentAt: Date.now(),
    updatedAt: Date.now(),
  }
  await on.db.messages.insert(message)
  return message
}
const until = (on: TestDevice, condition: (view: AttachmentsView) => boolean): Promise<AttachmentsView> =>
  firstValueFrom(on.session.attachments$.pipe(filter(condition), timeout(60_000)))
const arrived = (on: TestDevice, { id }: Message) =>
  on.untilDocument('messages', id, ({ receivedAt }) => receivedAt !== undefined)
const isHere = async ({ id }: Message) =>
  (await portal.portal.database.prisma.message.count({ where: { id } })) === 1
async function read(who: SignedInDevice, clientId: string, id: string): Promise<Buffer> {
  const link = await who.fetch(`/api/v1/staff/clients/${clientId}/attachments/${id}/download`)
  const url = who.url + String(link.body.url)
  const { key, accessToken: token } = who
  const proof = await key.proof({ method: 'GET', url, token })
  const answer = await fetch(url, { headers: { authorization: `DPoP ${token}`, dpop: proof } })
  return Buffer.from(await answer.arrayBuffer())
}
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

it('[R54] a message goes when its files are there, through a browser that died and a line that broke, byte for byte', async () => {
  const phone = await device('phone')
  const clinician = await signIn(portal.url, 'clinician@demo.test')
  const { clientId } = await signIn(portal.url, 'client@demo.test')
  phone.goOffline()
  const files = [pdf(5), pdf(1)]
  const message = await write(phone, 'With files', files)
  const after = await write(phone, 'After it')
  const parts = await storedParts(phone)
  expect(parts).toHaveLength(6)
  expect(parts.some((part) => Buffer.from(part).includes(WORDS))).toBe(false)
  // The line carries two parts of the first file and no more.
  isLost = (path) => path.includes(`${files[0]?.id}/parts/2`)
  phone.goOnline()
  await until(phone, (view) => view[files[0]?.id ?? '']?.up === 2)
  await arrived(phone, after)
  expect(await isHere(message)).toBe(false)
  phone.goOffline()
  phone.crash()
  isLost = () => false
  await phone.reopen()
  expect(await phone.session.openAttachment(files[0]?.id ?? '')).toMatchObject({ ok: true })
  const sent: string[] = []
  isLost = (path) => {
    if (path.includes('/parts/')) sent.push(new URL(path).pathname.split('/').slice(-3).join('/'))
    return false
  }
  phone.goOnline()
  await arrived(phone, message)
  expect(sent.toSorted()).toEqual(
    [2, 3, 4]
      .map((n) => `${files[0]?.id}/parts/${n}`)
      .concat(`${files[1]?.id}/parts/0`)
      .toSorted(),
  )
  for (const { id, bytes } of files)
    expect((await read(clinician, clientId, id)).equals(Buffer.from(bytes))).toBe(true)
})

it('[R54] a file that the clinic does not take keeps its message back for a decision, and nothing behind it', async () => {
  const phone = await device('phone')
  phone.goOffline()
  const program = { ...pdf(1), bytes: new Uint8Array(Buffer.from('MZ\x90\0 a program')) }
  const message = await write(phone, 'With a program', [program])
  const after = await write(phone, 'After it')
  phone.goOnline()
  await arrived(phone, after)
  await phone.until(({ items }) =>
    items.some(({ documentId, state }) => documentId === message.id && state === 'attention'),
  )
  await until(phone, (view) => view[program.id]?.state === 'refused')
  expect(await isHere(message)).toBe(false)
})

it('[R55] a message that waits for its files can be taken back; what was sent stays here for a while, sealed', async () => {
  const phone = await device('phone')
  const [waits, goes] = [pdf(2), pdf(2)]
  isLost = (path) => path.includes(`${waits.id}/parts/1`)
  const taken = await write(phone, 'Taken back', [waits])
  const message = await write(phone, 'Sent', [goes])
  await until(phone, (view) => view[waits.id]?.up === 1)
  expect(await phone.session.takeBackMessage(taken.id)).toBe(true)
  await phone.session.detachFiles([waits.id])
  isLost = () => false
  await arrived(phone, message)
  expect(await phone.session.takeBackMessage(message.id)).toBe(false)
  expect(await isHere(taken)).toBe(false)
  expect(await phone.db.messages.findOne(taken.id).exec()).toBeNull()
  await expect.poll(() => portal.portal.database.prisma.storedFile.count({ where: { id: waits.id } })).toBe(0)
  await until(phone, (view) => view[goes.id]?.state === 'sent')
  phone.goOffline()
  const opened = await phone.session.openAttachment(goes.id)
  expect(opened.ok && Buffer.from(opened.bytes).equals(Buffer.from(goes.bytes))).toBe(true)
  // Chosen, and named by nothing: gone at a start that is late enough.
  await phone.session.attachFile(pdf(1))
  expect(await storedParts(phone)).toHaveLength(3)
  await phone.reopen()
  await until(phone, (view) => Object.keys(view).length === 2)
  const start = Date.now()
  now = () => start + 2 * 3_600_000
  await phone.reopen()
  await until(phone, (view) => Object.keys(view).length === 1)
  await expect.poll(() => storedParts(phone)).toHaveLength(2)
})

it('[R54] every tab shows how far the file is, and what the clinic said of it; one that opens later, too', async () => {
  const first = await device('phone')
  const second = await device('phone', first)
  const file = pdf(3)
  const program = { ...pdf(1), bytes: new Uint8Array(Buffer.from('MZ\x90\0 a program')) }
  isLost = (path) => path.includes(`${file.id}/parts/2`)
  const message = await write(second, 'From the other tab', [file])
  for (const tab of [first, second]) await until(tab, (view) => view[file.id]?.up === 2)
  const third = await device('phone', first)
  await until(third, (view) => view[file.id]?.up === 2)
  isLost = () => false
  await arrived(third, message)
  for (const tab of [first, second, third]) await until(tab, (view) => view[file.id]?.state === 'sent')
  await write(first, 'With a program', [program])
  for (const tab of [first, second, third]) await until(tab, (view) => view[program.id]?.state === 'refused')
})

it('[R56] files of what was not received count as unsent, leave with a download, and go with the replica', async () => {
  const phone = await device('phone')
  phone.goOffline()
  const file = pdf(2)
  await write(phone, 'With a file', [file])
  await phone.session.attachFile(pdf(1))
  expect(await phone.session.signOut({ force: false })).toEqual({ ok: false, unsent: 3 })
  const unsent = (await phone.session.exportUnsent()) as {
    documentId: string
    fields: { base64?: string; name?: string }
  }[]
  const exported = unsent.find(({ documentId }) => documentId === file.id)
  expect(exported?.fields.name).toBe('Letter.pdf')
  expect(Buffer.from(exported?.fields.base64 ?? '', 'base64').equals(Buffer.from(file.bytes))).toBe(true)
  await phone.session.lock('user')
  expect(await phone.session.signOut({ force: false })).toEqual({ ok: false, unsent: 3 })
  expect(await phone.session.signOut({ force: true })).toEqual({ ok: true })
  expect(await storedParts(phone)).toHaveLength(0)
})

it('[R56] a device that was signed out hands in the words, and keeps no part of the files', async () => {
  const phone = await device('phone that is signed out')
  phone.goOffline()
  await write(phone, 'Words that wait for a file', [pdf(2)])
  const other = await signIn(portal.url, 'client@demo.test')
  const { items } = (await other.fetch('/api/v1/portal/auth/devices')).body as {
    items: { id: string; name: string }[]
  }
  const { id } = items.find(({ name }) => name === 'phone that is signed out') ?? { id: '' }
  await other.fetch(`/api/v1/portal/auth/devices/${id}`, { method: 'DELETE' })
  phone.goOnline()
  await firstValueFrom(phone.session.session$.pipe(filter(({ lockReason }) => lockReason === 'wiped')))
  await expect.poll(() => storedParts(phone)).toHaveLength(0)
  expect((await other.fetch('/api/v1/portal/quarantine')).text).toContain('Words that wait for a file')
})

// The last one: the demo's password is another afterwards.
it('[R50] [R54] the key of the device is replaced while files wait, and they go all the same', async () => {
  const phone = await device('phone')
  phone.goOffline()
  const file = pdf(2)
  isLost = (path) => path.includes(`${file.id}/parts/1`)
  const message = await write(phone, 'Across keys', [file])
  phone.goOnline()
  await until(phone, (view) => view[file.id]?.up === 1)
  const newPassword = `${DEMO_PASSWORD} more`
  const given = { password: DEMO_PASSWORD, newPassword, endOtherSessions: false }
  expect((await phone.session.changePassword(given)).status).toBe(204)
  phone.restart()
  isLost = () => false
  expect(await phone.session.unlock({ password: newPassword })).toMatchObject({ ok: true })
  await arrived(phone, message)
  await until(phone, (view) => view[file.id]?.state === 'sent')
})
