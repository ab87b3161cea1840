/** REST of the keys that devices keep in trust with the server. */
import { z } from 'zod'
import { BOX_KEY_BYTES } from '../../../shared/crypto/sealed-box.ts'
import { err, ok } from '../../../shared/kernel/result.ts'
import { refusal } from '../../../shared/protocol/errors.ts'
import { defineRoute, type Route } from '../../http/route.ts'
import type { DeviceKeyService } from './service.ts'

const portal = { audience: 'portal', roles: ['client', 'proxy'] } as const
const base = '/api/v1/portal/device-key'
const tag = 'device-key'

const LONGEST_BOX = 400
/** Bytes in base64url. */
const bytes = (least: number, most: number) =>
  z
    .string()
    .regex(/^[\w-]*$/)
    .transform((text) => new Uint8Array(Buffer.from(text, 'base64url')))
    .refine(({ length }) => length >= least && length <= most, { error: 'Not as many bytes as it must be.' })

const Shown = z.object({
  ticket: z.string().max(100).meta({ description: '`escrowTicket` of the sign-in.' }),
  client: z.uuid().lowercase(),
  keyId: z
    .string()
    .regex(/^[\x21-\x7e]{1,64}$/)
    .meta({ description: 'Of the data key that is in the box.' }),
  box: bytes(1, LONGEST_BOX).meta({ description: 'As this device made it, base64url.' }),
  answerTo: bytes(BOX_KEY_BYTES, BOX_KEY_BYTES).meta({ description: 'X25519 public key, base64url.' }),
})

export const deviceKeyRoutes = (keys: DeviceKeyService): Route[] => [
  defineRoute({
    method: 'get',
    path: `${base}/recipient`,
    summary: 'The key of this server that a device seals its own data key to',
    tag,
    access: portal,
    response: z.object({
      keyId: z.string(),
      publicKey: z.string().meta({ description: 'X25519, base64url.' }),
    }),
    handler: async () => {
      const { keyId, publicKey } = await keys.recipient()
      return ok({ keyId, publicKey: Buffer.from(publicKey).toString('base64url') })
    },
  }),
  defineRoute({
    method: 'post',
    path: `${base}/open`,
    summary: 'What this device sealed to this server, for somebody who has just signed in on it',
    tag,
    access: portal,
    body: Shown,
    response: z.object({ box: z.string().meta({ description: 'Sealed to `answerTo`, base64url.' }) }),
    refusals: ['not_found', 'confirmation_needed', 'unreadable'],
    handler: async ({ actor, sessionId, key, body }) => {
      const { deviceId } = actor
      if (deviceId === null) return err(refusal('not_found', 'There is no such record.'))
      const { client: clientId, ...shown } = body
      const opened = await keys.open(
        { actor: { ...actor, deviceId }, sessionId, key },
        { clientId, ...shown },
      )
      return opened.ok ? ok({ box: Buffer.from(opened.value).toString('base64url') }) : opened
    },
  }),
]
