/** What was typed in a record that is not open when its access, or the device, turns out to have ended. R63. */
import { randomUUID } from 'node:crypto'
import { IDBKeyRange } from 'fake-indexeddb'
import { afterEach, expect, it, vi } from 'vitest'
import { openKeyRing } from '../../client/keys/key-ring.ts'
import { DEMO_PASSWORD } from '../harness/sign-in.ts'
import { answer } from './demo-devices.ts'
import type { TestDevice } from './test-device.ts'
import { databases, open, opens, twoRecords } from './two-records.ts'

const clinic = twoRecords()
afterEach(() => vi.restoreAllMocks())

async function databaseOf({ indexedDB }: TestDevice, client: string): Promise<string> {
  const ring = await openKeyRing({ indexedDB, IDBKeyRange }, (length) => new Uint8Array(length))
  const entry = await ring.current()
  ring.close()
  return entry?.records?.find(({ clientId }) => clientId === client)?.databaseName ?? ''
}
/** Typed with no network in Alex's record; Sam's was used last, and the app is closed. */
async function typedInAlexs(text: string) {
  const { alex, sam } = clinic
  const { phone, id, email } = await clinic.helper()
  await open(phone, alex.clientId)
  phone.goOffline()
  const draft = await phone.db.drafts.findOne({ selector: { formKey: 'gad-7' } }).exec()
  await answer(phone, draft?.id ?? '', { canary: text })
  await open(phone, sam.clientId)
  phone.restart()
  return { phone, id, email, database: await databaseOf(phone, alex.clientId) }
}
/** The browser cannot open it so many times, for lack of room. */
function doesNotOpen({ indexedDB }: TestDevice, database: string, times: number) {
  const real = indexedDB.open.bind(indexedDB)
  let left = times
  return vi.spyOn(indexedDB, 'open').mockImplementation((name, version) => {
    if (name === database && left-- > 0) throw new DOMException('no room', 'QuotaExceededError')
    return real(name, version)
  })
}
const endAccess = async (id: string) => {
  const path = `/api/v1/staff/clients/${clinic.alex.clientId}/access/${id}`
  expect((await clinic.desk.fetch(path, { method: 'DELETE' })).status).toBe(204)
}
const setAside = async () => (await clinic.alex.fetch('/api/v1/portal/quarantine')).text
const signIn = async (phone: TestDevice, email: string) =>
  expect(await phone.session.signIn({ email, password: DEMO_PASSWORD })).toMatchObject({ ok: true })

it('[R63] [P33] is handed in where the clinic says that access ended before the record is open', async () => {
  const text = `canary-${randomUUID()}`
  const { phone, id, email, database } = await typedInAlexs(text)
  await endAccess(id)
  doesNotOpen(phone, database, 1)
  phone.goOnline()
  await signIn(phone, email)
  await expect.poll(() => databases(phone)).toHaveLength(1)
  expect(await setAside()).toContain(text)
  const shown = await clinic.view(phone, opens(clinic.sam.clientId))
  expect(shown.records).toHaveLength(1)
})

it('[R63] stays where the record does not open, keeps the other from nothing, and is handed in when it does', async () => {
  const text = `canary-${randomUUID()}`
  const { phone, id, email, database } = await typedInAlexs(text)
  await endAccess(id)
  const full = doesNotOpen(phone, database, Number.POSITIVE_INFINITY)
  phone.goOnline()
  await signIn(phone, email)
  await clinic.view(phone, ({ records = [] }) => records.length === 1)
  await phone.settled()
  expect(await databases(phone)).toContain(database)
  expect(await phone.session.openRecord({ client: clinic.alex.clientId })).toBe(false)
  expect(await setAside()).not.toContain(text)
  phone.restart()
  // What the app before was about to do is over.
  await new Promise((resolve) => setTimeout(resolve, 500))
  full.mockRestore()
  expect(await phone.session.unlock({ password: DEMO_PASSWORD })).toMatchObject({ ok: true })
  await expect.poll(() => databases(phone)).toHaveLength(1)
  expect(await setAside()).toContain(text)
})

it('[R63] [P23] is handed in before a device that was signed out elsewhere is emptied', async () => {
  const text = `canary-${randomUUID()}`
  const { phone, email, database } = await typedInAlexs(text)
  const { prisma } = clinic.portal.portal.database
  await prisma.device.updateMany({ where: { portalAccount: { email } }, data: { revokedAt: new Date() } })
  doesNotOpen(phone, database, 1)
  phone.goOnline()
  const wiped = clinic.view(phone, ({ lockReason }) => lockReason === 'wiped')
  expect(await phone.session.unlock({ password: DEMO_PASSWORD })).toMatchObject({ ok: true })
  await wiped
  expect(await databases(phone)).toHaveLength(0)
  expect(await setAside()).toContain(text)
})
