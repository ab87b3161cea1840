/**
 * A file of a message, and a server in trouble: one that is killed while the file is on its way, and one that is put back
 * from a backup that knows neither the message nor its file. SPEC: client/replica/SPEC.md, R11 and R54.
 */
import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { filter, firstValueFrom, timeout } from 'rxjs'
import { expect, it } from 'vitest'
import type { ChosenFile } from '../../client/replica/file-views.ts'
import { openSocket } from '../../client/transport/socket.ts'
import { PART_BYTES } from '../../shared/domains/documents/limits.ts'
import { readConfig } from '../../sync-server/config.ts'
import { putBack } from '../../sync-server/put-back.ts'
import { takeBackup } from '../../sync-server/take-backup.ts'
import { createDatabase } from '../harness/database.ts'
import { freePort } from '../harness/free-port.ts'
import { spawnServer, startPortal } from '../harness/server.ts'
import { DEMO_PASSWORD, signIn } from '../harness/sign-in.ts'
import { createTestDevice, type TestDevice } from './test-device.ts'

/** Part numbers of files, in the order in which they are sent. */
async function phoneOf(url: string, onPart: (part: number) => Promise<void> = async () => {}) {
  const parts: number[] = []
  const phone = await createTestDevice({
    url,
    email: 'client@demo.test',
    password: DEMO_PASSWORD,
    name: 'phone',
    collections: ['messages'],
    network: {
      openSocket,
      fetch: async (input, init) => {
        const part = /\/parts\/(\d+)/.exec(String(input))?.[1]
        if (part !== undefined) await onPart(Number(part))
        const answer = await fetch(input, init)
        if (part !== undefined && answer.ok) parts.push(Number(part))
        return answer
      },
    },
  })
  await phone.settled()
  return { phone, parts }
}

async function write(phone: TestDevice): Promise<{ message: string; file: ChosenFile }> {
  const bytes = new Uint8Array(Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(3 * PART_BYTES)]))
  const file = { id: randomUUID(), name: 'Letter.pdf', type: 'application/pdf', bytes }
  await phone.session.attachFile(file)
  const message = randomUUID()
  await phone.db.messages.insert({
    id: message,
    threadId: message,
    subject: 'A letter',
    body: '',
    priority: 'normal',
    author: 'client',
    authorName: '',
    attachments: [{ documentId: file.id, name: file.name, bytes: bytes.length }],
    sentAt: Date.now(),
    updatedAt: Date.now(),
  })
  return { message, file }
}

/** As the practice reads it. */
async function readByStaff(url: string, { id }: ChosenFile): Promise<Buffer | null> {
  const { clientId } = await signIn(url, 'client@demo.test')
  const staff = await signIn(url, 'clinician@demo.test')
  const link = await staff.fetch(`/api/v1/staff/clients/${clientId}/attachments/${id}/download`)
  if (link.status !== 200) return null
  const target = url + String(link.body.url)
  const { key, accessToken: token } = staff
  const proof = await key.proof({ method: 'GET', url: target, token })
  const answer = await fetch(target, { headers: { authorization: `DPoP ${token}`, dpop: proof } })
  return Buffer.from(await answer.arrayBuffer())
}

const sent = (phone: TestDevice, { id }: ChosenFile) =>
  firstValueFrom(
    phone.session.attachments$.pipe(
      filter((view) => view[id]?.state === 'sent'),
      timeout(60_000),
    ),
  )

it('[R54] a server that is killed in the middle of a file goes on with the part that it has not', async () => {
  await using made = await createDatabase('pglite')
  const port = await freePort()
  let server = await spawnServer({ dataDir: made.dataDir, port })
  let killed = false
  const { phone, parts } = await phoneOf(server.url, async (part) => {
    if (part !== 2 || killed) return
    killed = true
    await server.kill('SIGKILL')
  })
  await using _phone = phone
  const { message, file } = await write(phone)
  await phone.until(({ link }) => link !== 'online')
  server = await spawnServer({ dataDir: made.dataDir, port })
  await using _server = server
  await phone.untilDocument('messages', message, ({ receivedAt }) => receivedAt !== undefined)
  await sent(phone, file)
  expect(killed).toBe(true)
  expect(parts).toEqual([0, 1, 2, 3])
  expect((await readByStaff(server.url, file))?.equals(Buffer.from(file.bytes))).toBe(true)
})

it('[R11] [R54] a server that was put back from an older backup gets message and file once more', async () => {
  await using made = await createDatabase('pglite')
  const { dataDir } = made
  const room = mkdtempSync(join(tmpdir(), 'portal-backup-'))
  const folder = join(room, 'monday')
  const config = readConfig({ PATH: process.env.PATH ?? '', PORTAL_DATA_DIR: dataDir })
  const port = await freePort()
  await (await startPortal({ dataDir, port })).close()
  await takeBackup(config, folder, Date.now())
  const first = await startPortal({ dataDir, port })
  const { phone, parts } = await phoneOf(first.url)
  await using _phone = phone
  const { message, file } = await write(phone)
  await sent(phone, file)
  await phone.settled()
  expect(await readByStaff(first.url, file)).not.toBeNull()
  await first.close()
  phone.goOffline()

  await putBack({ config, folder, replace: true, now: Date.now() })
  // The machine is another one: nothing is left of what came after the backup.
  rmSync(join(dataDir, 'files'), { recursive: true })
  await using second = await startPortal({ dataDir, port })
  expect(await readByStaff(second.url, file)).toBeNull()
  parts.length = 0
  phone.goOnline()
  // Its session is not one of this database: the person signs in again.
  await phone.reopen()
  await expect.poll(async () => (await readByStaff(second.url, file)) !== null).toBe(true)
  expect((await readByStaff(second.url, file))?.equals(Buffer.from(file.bytes))).toBe(true)
  expect(parts).toEqual([0, 1, 2, 3])
  await phone.untilDocument('messages', message, ({ receivedAt }) => receivedAt !== undefined)
  rmSync(room, { recursive: true })
})
