/** A device's data key in trust with the server: who gets it back, and everybody who does not. */
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Bytes } from '../../shared/crypto/bytes.ts'
import { type EscrowOwner, openEscrowAnswer, sealToEscrow } from '../../shared/crypto/escrow-slot.ts'
import { publicKeyOf } from '../../shared/crypto/sealed-box.ts'
import { type RunningPortal, startPortal } from '../harness/server.ts'
import {
  type Answer,
  confirm,
  DEMO_PASSWORD,
  refresh,
  type SignedInDevice,
  signIn,
} from '../harness/sign-in.ts'

const EMAIL = 'client@demo.test'
let now = Date.now()
let portal: RunningPortal
const random = (length: number): Bytes => new Uint8Array(randomBytes(length))
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url')
const bytes = (value: unknown): Bytes => new Uint8Array(Buffer.from(String(value), 'base64url'))

beforeAll(async () => {
  portal = await startPortal({ clock: { now: () => now } })
})
afterAll(() => portal.close())

/** Signs in, on a new device or again on this one. */
const device = (email = EMAIL, of?: SignedInDevice) =>
  signIn(portal.url, email, of === undefined ? {} : { deviceId: of.deviceId, key: of.key })
const ownerOf = (of: SignedInDevice): EscrowOwner => ({
  account: of.account.id,
  client: of.clientId,
  device: of.deviceId,
  deviceKey: of.key.thumbprint,
  keyId: 'k1',
})
async function boxOf(of: SignedInDevice, owner = ownerOf(of)) {
  const { body } = await of.fetch('/api/v1/portal/device-key/recipient')
  const recipient = { keyId: String(body.keyId), publicKey: bytes(body.publicKey) }
  const raw = random(32)
  return { raw, box: await sealToEscrow(recipient, raw, owner, random) }
}
const secret = random(32)
const open = (as: SignedInDevice, ticket: string, box: Uint8Array, change: object = {}): Promise<Answer> =>
  as.fetch('/api/v1/portal/device-key/open', {
    method: 'POST',
    body: {
      ticket,
      client: as.clientId,
      keyId: 'k1',
      box: text(box),
      answerTo: text(publicKeyOf(secret)),
      ...change,
    },
  })

it('[S10] is opened for a sign-in on the device that made it, in an answer that only the question opens', async () => {
  const phone = await device()
  const { raw, box } = await boxOf(phone)
  const later = await device(EMAIL, phone)
  const answer = await open(later, later.escrowTicket, box)
  expect(answer.status).toBe(200)
  const back = await openEscrowAnswer(secret, bytes(answer.body.box), ownerOf(phone))
  expect(back).toEqual({ ok: true, value: raw })
  expect(answer.text).not.toContain(text(raw))
  const { auditEvent } = portal.portal.database.prisma
  const rows = await auditEvent.findMany({ where: { action: 'device-key.open', deviceId: phone.deviceId } })
  expect(rows.map(({ outcome }) => outcome)).toEqual(['allowed'])
})

it('[S10] is opened for no other device, key, account, record or data key, and each question is audited', async () => {
  const phone = await device()
  const { box } = await boxOf(phone)
  const other = await device()
  const stranger = await device('client2@demo.test')
  expect(await open(other, other.escrowTicket, box)).toMatchObject({
    status: 409,
    body: { code: 'unreadable' },
  })
  expect((await open(stranger, stranger.escrowTicket, box)).status).toBe(409)
  expect((await open(phone, phone.escrowTicket, box, { keyId: 'k2' })).status).toBe(409)
  expect((await open(phone, phone.escrowTicket, box, { answerTo: text(new Uint8Array(32)) })).status).toBe(
    409,
  )
  const flipped = Uint8Array.from(box)
  flipped[60] = (flipped[60] ?? 0) ^ 1
  expect((await open(phone, phone.escrowTicket, flipped)).status).toBe(409)
  const foreign = { client: stranger.clientId }
  expect(await open(phone, phone.escrowTicket, box, foreign)).toMatchObject({ status: 404 })
  const { auditEvent } = portal.portal.database.prisma
  const denied = { action: 'device-key.open', outcome: 'denied' }
  expect(await auditEvent.count({ where: { ...denied, deviceId: phone.deviceId } })).toBe(4)
  // The same device id with another key of the device: its box is another's.
  const moved = await boxOf(phone, { ...ownerOf(phone), deviceKey: other.key.thumbprint })
  expect((await open(phone, phone.escrowTicket, moved.box)).status).toBe(409)
})

it('[S11] wants the ticket of a sign-in in this very session, younger than five minutes', async () => {
  const phone = await device()
  const { box } = await boxOf(phone)
  const needed = { status: 403, body: { code: 'confirmation_needed' } }
  const before = phone.escrowTicket
  const later = await device(EMAIL, phone)
  expect(await open(later, before, box)).toMatchObject(needed)
  expect(await open(later, phone.socketTicket, box)).toMatchObject(needed)
  const renewed = await refresh(portal.url, later.cookie, later.key)
  expect(renewed.status).toBe(200)
  expect(renewed.body).not.toHaveProperty('escrowTicket')
  now += 5 * 60_000
  const again = await device(EMAIL, phone)
  expect(await open(again, later.escrowTicket, box)).toMatchObject(needed)
  expect((await open(again, again.escrowTicket, box)).status).toBe(200)
  expect(
    (await (await signIn(portal.url, 'desk@demo.test')).fetch('/api/v1/portal/device-key/recipient')).status,
  ).toBe(401)
})

it('[S11] [S14] is opened in the session that followed when the person was asked once more, and by no other', async () => {
  const phone = await device()
  const { raw, box } = await boxOf(phone)
  const later = await device(EMAIL, phone)
  const other = await device()
  const asked = await confirm(portal.url, later, { password: DEMO_PASSWORD })
  expect((await open(other, later.escrowTicket, box)).body.code).toBe('confirmation_needed')
  const answer = await open({ ...later, fetch: asked.fetch }, later.escrowTicket, box)
  expect(answer.status).toBe(200)
  expect(await openEscrowAnswer(secret, bytes(answer.body.box), ownerOf(phone))).toEqual({
    ok: true,
    value: raw,
  })
})
