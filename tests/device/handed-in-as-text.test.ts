/** What the server could never read: it is not destroyed before somebody has it, as text. */
import { randomUUID } from 'node:crypto'
import { filter, firstValueFrom, timeout } from 'rxjs'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { openSocket } from '../../client/transport/socket.ts'
import { type RunningPortal, startPortal } from '../harness/server.ts'
import { DEMO_PASSWORD, type SignedInDevice, signIn } from '../harness/sign-in.ts'
import { answer } from './demo-devices.ts'
import { createTestDevice, type TestDevice } from './test-device.ts'

const EMAIL = 'client@demo.test'
const STORY = `${'A “much” longer story 😀. '.repeat(50_000)}The end.`
let portal: RunningPortal
let alex: SignedInDevice
let isRefused = (_path: string, _body: string) => false
const devices: TestDevice[] = []

beforeAll(async () => {
  portal = await startPortal()
  alex = await signIn(portal.url, EMAIL)
})
afterEach(async () => {
  isRefused = () => false
  for (const each of devices.splice(0)) await each[Symbol.asyncDispose]()
})
afterAll(() => portal.close())

const device = async (name: string, email = EMAIL) => {
  const created = await createTestDevice({
    ...{ url: portal.url, email, password: DEMO_PASSWORD, name, collections: ['drafts'] },
    network: {
      openSocket,
      fetch: async (input, init) =>
        isRefused(String(input), String(init?.body))
          ? new Response(null, { status: 503 })
          : fetch(input, init),
    },
  })
  devices.push(created)
  await created.settled()
  return created
}
/** The answer to a question of the device's name: it is set aside, and nothing else of it. */
async function tell(on: TestDevice): Promise<void> {
  const draft = await on.db.drafts.findOne({ selector: { formKey: 'initial-intake' } }).exec(true)
  await answer(on, draft.primary, { [on.name]: STORY, other: 'short' })
  const items = ({ items }: TestDevice['sync']) => items.some(({ state }) => state === 'attention')
  await on.until(items)
}
/** Somebody with access to another one's forms, on a phone of theirs. */
async function helper(name: string) {
  const { prisma } = portal.portal.database
  const demo = await prisma.portalAccount.findUniqueOrThrow({ where: { email: EMAIL } })
  const id = randomUUID()
  const email = `${id}@helper.test`
  const { practiceId, passwordHash } = demo
  await prisma.portalAccount.create({
    data: { id, practiceId, role: 'proxy', name: 'Grace', email, passwordHash },
  })
  await prisma.accessGrant.create({
    data: { clientId: alex.clientId, accountId: id, scopes: ['forms:write', 'billing:read'] },
  })
  const phone = await device(name, email)
  const grant = `/api/v1/staff/clients/${alex.clientId}/access/${id}`
  return { phone, grant, desk: await signIn(portal.url, 'desk@demo.test') }
}
const signOutRemotely = async (name: string) => {
  const { items } = (await alex.fetch('/api/v1/portal/auth/devices')).body as {
    items: { id: string; name: string }[]
  }
  const { id } = items.find((item) => item.name === name) ?? { id: '' }
  expect((await alex.fetch(`/api/v1/portal/auth/devices/${id}`, { method: 'DELETE' })).status).toBe(204)
}
interface Kept {
  readonly reason: string
  readonly fields: readonly { readonly field: string; readonly value: string }[]
}
/** What the practice has of a question's answer, put together again. */
async function keptOf(name: string) {
  const { body } = await alex.fetch('/api/v1/portal/quarantine')
  const pieces = (body.items as Kept[]).flatMap(({ reason, fields }) =>
    fields.flatMap(({ field, value }) => {
      const place = /^as-text\/(.*)\/(\d+)$/.exec(field)
      return place?.[1] === `answers/${name}` ? [{ reason, value, place: Number(place[2]) }] : []
    }),
  )
  pieces.sort((a, b) => a.place - b.place)
  return {
    text: pieces.map(({ value }) => value).join(''),
    reasons: [...new Set(pieces.map(({ reason }) => reason))],
  }
}
const replicas = async (on: TestDevice) =>
  (await on.indexedDB.databases()).filter(({ name }) => name?.startsWith('replica-')).length
const shows = (on: TestDevice, condition: (view: { state: string; lockReason?: string }) => boolean) =>
  firstValueFrom(
    on.session.session$.pipe(
      filter((view) => condition(view as { state: string })),
      timeout(60_000),
    ),
  )

it('[R62] [P23] a device that was signed out elsewhere hands in what no packet carries, and is wiped', async () => {
  const phone = await device('phone away')
  await tell(phone)
  await phone.settled()
  expect(await phone.session.signOut({ force: false })).toEqual({ ok: false, unsent: 1 })
  // And what is against the protocol.
  const draft = await phone.db.drafts.findOne({ selector: { formKey: 'initial-intake' } }).exec(true)
  await answer(phone, draft.primary, { ['k'.repeat(600)]: 'under a name that is too long' })
  await phone.until(({ items }) => items.some(({ reason }) => reason === 'invalid_message'))
  await phone.settled()
  phone.goOffline()
  await signOutRemotely(phone.name)
  phone.goOnline()
  await shows(phone, ({ lockReason }) => lockReason === 'wiped')
  expect(await replicas(phone)).toBe(0)
  expect(await keptOf(phone.name)).toEqual({ text: STORY, reasons: ['device_revoked'] })
  const { text } = await alex.fetch('/api/v1/portal/quarantine')
  expect(text.split('under a name that is too long')).toHaveLength(2)
})

it('[R62] [R19] it stays, closed, while nobody takes it, and arrives once', async () => {
  const phone = await device('phone in bad luck')
  await tell(phone)
  await phone.settled()
  phone.goOffline()
  await signOutRemotely(phone.name)
  let taken = 0
  isRefused = (path) => path.endsWith('/last-push') && ++taken > 2
  phone.goOnline()
  await shows(phone, ({ state }) => state === 'locked')
  expect(await replicas(phone)).toBe(1)
  isRefused = () => false
  await phone.session.unlock({ password: DEMO_PASSWORD })
  await shows(phone, ({ lockReason }) => lockReason === 'wiped')
  expect(await replicas(phone)).toBe(0)
  expect(await keptOf(phone.name)).toEqual({ text: STORY, reasons: ['device_revoked'] })
})

it('[R62] [P33] it is handed in where the access to a record ended', async () => {
  const { phone, grant, desk } = await helper('helper until today')
  await tell(phone)
  await phone.settled()
  phone.goOffline()
  expect((await desk.fetch(grant, { method: 'DELETE' })).status).toBe(204)
  phone.goOnline()
  await expect.poll(() => replicas(phone)).toBe(0)
  expect(await keptOf(phone.name)).toEqual({ text: STORY, reasons: ['not_permitted'] })
})

it('[R62] [R47] it is handed in where a record is made anew, once', async () => {
  const { phone, grant, desk } = await helper('helper with less')
  await tell(phone)
  await phone.settled()
  const before = await phone.indexedDB.databases()
  phone.goOffline()
  const body = { scopes: { forms: 'write' }, until: null }
  expect((await desk.fetch(grant, { method: 'PUT', body })).status).toBe(204)
  phone.goOnline()
  const isNew = async () =>
    (await phone.indexedDB.databases()).every(
      ({ name }) => !name?.startsWith('replica-') || before.every((other) => other.name !== name),
    )
  await expect.poll(isNew, { timeout: 60_000 }).toBe(true)
  expect(await keptOf(phone.name)).toEqual({ text: STORY, reasons: ['invalid_document'] })
  const draft = await phone.db.drafts.findOne({ selector: { formKey: 'initial-intake' } }).exec(true)
  expect(draft.toMutableJSON()).not.toHaveProperty('as-text')
  expect(draft.answers.other).toBe('short')
})
