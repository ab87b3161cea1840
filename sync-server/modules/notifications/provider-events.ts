/**
 * What providers tell of addresses, signed: mails that bounced or were called spam (SendGrid, ECDSA), numbers that said
 * STOP or START or do not exist (Twilio, HMAC). Told twice or late it changes nothing more. SPEC: N12.
 */
import { createPublicKey, verify } from 'node:crypto'
import twilioWebhooks from 'twilio/lib/webhooks/webhooks.js'
import { z } from 'zod'
import type { Clock } from '../../../shared/kernel/clock.ts'
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import { type Refusal, refusal } from '../../../shared/protocol/errors.ts'
import type { Database } from '../../platform/database.ts'
import type { NoticeSecrets } from './notice-secrets.ts'
import { addBlock, markSent, removeBlock } from './notification-store.ts'

interface Deps {
  readonly database: Database
  readonly clock: Clock
  readonly secrets: NoticeSecrets
  readonly origin: () => string
  /** As SendGrid shows it, base64 of SPKI; undefined: nobody is listened to. */
  readonly sendGridKey: string | undefined
  readonly twilioToken: string | undefined
}
export const TWILIO_PATH = '/api/v1/hooks/twilio'
/** Where what became of a text is reported: which one it was is in the address, and so in what is signed. */
export const reportPath = (id: string): string => `${TWILIO_PATH}?notice=${id}`
const NOT_SIGNED = refusal('not_permitted', 'The signature is not right.')
const NOT_READ = refusal('invalid_message', 'The events could not be read.')
const CLOCKS_MS = 10 * 60_000

const MailEvents = z
  .array(z.object({ event: z.string(), type: z.string().optional(), email: z.string().max(400).optional() }))
  .max(5_000)
const STOP: ReadonlySet<string> = new Set([
  'STOP',
  'STOPALL',
  'UNSUBSCRIBE',
  'CANCEL',
  'END',
  'QUIT',
  'REVOKE',
])
const START: ReadonlySet<string> = new Set(['START', 'UNSTOP', 'YES'])
/** Said STOP; no such number; a landline. */
const UNREACHABLE: ReadonlySet<string> = new Set(['21610', '30005', '30006'])

type Params = { readonly [name: string]: string }

export function createProviderEvents(deps: Deps) {
  const { database, clock, secrets, origin, sendGridKey, twilioToken } = deps
  const block = (channel: 'email' | 'sms', address: string, reason: string) =>
    addBlock(database.prisma, { channel, subject: secrets.addressTag(address), reason, now: clock.now() })

  const isOfSendGrid = (body: Uint8Array, signature: string, timestamp: string): boolean => {
    if (sendGridKey === undefined || !/^\d{1,12}$/.test(timestamp)) return false
    if (Math.abs(clock.now() - Number(timestamp) * 1000) > CLOCKS_MS) return false
    const key = createPublicKey({ key: Buffer.from(sendGridKey, 'base64'), format: 'der', type: 'spki' })
    const signed = Buffer.concat([Buffer.from(timestamp), body])
    return verify('sha256', signed, key, Buffer.from(signature, 'base64'))
  }

  const reported = async (
    { MessageStatus: status, To: to, ErrorCode: code = '' }: Params,
    notice?: string,
  ) => {
    // Twilio has it, whatever becomes of it: nobody is to send it again.
    if (notice !== undefined) await markSent(database.prisma, notice, clock.now())
    const isLost = status === 'failed' || status === 'undelivered'
    if (isLost && to !== undefined && UNREACHABLE.has(code)) await block('sms', to, `twilio-${code}`)
  }
  const heard = async ({ From: from, OptOutType: type, Body: body = '' }: Params) => {
    if (from === undefined) return
    const said = (type ?? body).trim().toUpperCase()
    if (STOP.has(said)) await block('sms', from, 'stop')
    else if (START.has(said)) await removeBlock(database.prisma, 'sms', secrets.addressTag(from))
  }

  return {
    async sendGrid(
      body: Uint8Array,
      { signature, timestamp }: { readonly signature: string; readonly timestamp: string },
    ): Promise<Result<null, Refusal>> {
      if (!isOfSendGrid(body, signature, timestamp)) return err(NOT_SIGNED)
      const events = MailEvents.safeParse(jsonOf(body))
      if (!events.success) return err(NOT_READ)
      for (const { event, type, email } of events.data) {
        if (email === undefined) continue
        // "blocked" is a receiver's bad day; the address is good.
        if (event === 'bounce' && type !== 'blocked') await block('email', email, 'bounced')
        else if (event === 'spamreport') await block('email', email, 'complaint')
      }
      return ok(null)
    },

    async twilio(
      body: Uint8Array,
      { signature, notice }: { readonly signature: string; readonly notice: string | undefined },
    ): Promise<Result<null, Refusal>> {
      const path = notice === undefined ? TWILIO_PATH : reportPath(notice)
      const params: Params = Object.fromEntries(new URLSearchParams(Buffer.from(body).toString('utf8')))
      const isSigned =
        twilioToken !== undefined &&
        twilioWebhooks.validateRequest(twilioToken, signature, `${origin()}${path}`, params)
      if (!isSigned) return err(NOT_SIGNED)
      if (params.MessageStatus !== undefined && params.Body === undefined) await reported(params, notice)
      else await heard(params)
      return ok(null)
    },
  }
}
export type ProviderEvents = ReturnType<typeof createProviderEvents>

function jsonOf(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'))
  } catch {
    return undefined
  }
}
