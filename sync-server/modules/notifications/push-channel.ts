/**
 * Notifications on a device's own screen, by the push service of its browser (RFC 8030), encrypted for the device alone
 * (RFC 8291) and signed with the portal's key (RFC 8292). SPEC: N10 to N12.
 */
import webpush from 'web-push'
import { z } from 'zod'
import { LANGUAGES, languageOf } from '../../../shared/domains/profile/preferences.ts'
import type { Clock } from '../../../shared/kernel/clock.ts'
import type { Database } from '../../platform/database.ts'
import type { Outbox } from '../../platform/outbox.ts'
import { PermanentFailure } from '../../platform/outbox-handler.ts'
import type { OutgoingAddresses } from '../../platform/outgoing-address.ts'
import { postOnce } from '../../platform/outgoing-post.ts'
import type { NoticeChannel } from './channels.ts'
import { EVENTS, SPECS, Standing } from './events.ts'
import { stillStands } from './notification-store.ts'
import type { PushKeys } from './push-keys.ts'
import type { PushSeal } from './push-seal.ts'
import { liveSubscriptions, removeSubscription } from './push-store.ts'
import { textsOf } from './texts.ts'

interface Deps {
  readonly database: Database
  readonly clock: Clock
  readonly outbox: Outbox
  readonly keys: PushKeys
  readonly seal: PushSeal
  readonly addresses: OutgoingAddresses
  /** Whom a push service can reach where something is wrong. */
  readonly contact: () => string
}

const id = z.uuid().lowercase()
export const Push = z.object({
  noticeId: id,
  accountId: id,
  deviceId: id,
  event: z.enum(EVENTS),
  other: z.boolean(),
  language: z.enum(LANGUAGES),
  standing: Standing.nullable(),
  /** ms */
  until: z.number().int(),
})
type Push = z.infer<typeof Push>

export const Subscription = z.object({
  endpoint: z.url().max(1_000),
  keys: z.object({
    p256dh: z.string().regex(/^[\w-]{86,88}={0,2}$/),
    auth: z.string().regex(/^[\w-]{21,24}={0,2}$/),
  }),
})

const URGENT: ReadonlySet<Push['event']> = new Set(['appointment_in_two_hours', 'new_device'])

class NotTaken extends Error {
  readonly code: string
  constructor(code: string) {
    super(`The push service did not take it: ${code}`)
    this.code = code
  }
}

export const pushText = ({ event, other, language }: Pick<Push, 'event' | 'other' | 'language'>) =>
  textsOf(language).events[event](other)

/** What the device shows; `tag`: one notification of a kind at a time. */
const contentOf = (push: Push): string => {
  const { event, language } = push
  const { title, line } = pushText(push)
  return JSON.stringify({ title, body: line, tag: SPECS[event].kind, language })
}

export function createPushChannel(deps: Deps): NoticeChannel {
  const { database, clock, outbox, keys, seal, addresses, contact } = deps

  /** Undefined where nobody is signed in there any more, or the device gave it up. */
  const subscriptionOf = async ({ accountId, deviceId }: Push) => {
    const [stored] = await liveSubscriptions(database.prisma, { accountId, deviceId, now: clock.now() })
    if (stored === undefined) return undefined
    const opened = await seal.open('push_subscription', deviceId, stored.sealed)
    const subscription = Subscription.safeParse(opened === undefined ? undefined : JSON.parse(opened))
    if (!subscription.success) throw new PermanentFailure('unreadable')
    return subscription.data
  }
  const requestOf = async (push: Push, subscription: z.infer<typeof Subscription>) => {
    const { publicKey, privateKey } = await keys.current()
    const { headers, body } = webpush.generateRequestDetails(subscription, contentOf(push), {
      vapidDetails: { subject: contact(), publicKey, privateKey },
      TTL: Math.max(60, Math.floor((push.until - clock.now()) / 1000)),
      urgency: URGENT.has(push.event) ? 'high' : 'normal',
      // A second attempt takes the place of the first.
      topic: push.noticeId.replaceAll('-', ''),
    })
    const texts = Object.entries(headers ?? {}).map(([name, value]) => [name, String(value)] as const)
    return { headers: Object.fromEntries(texts), body: body ?? '' }
  }
  const send = async (push: Push): Promise<void> => {
    if (!(await stillStands(database.prisma, push.standing))) return
    const subscription = await subscriptionOf(push)
    if (subscription === undefined) return
    const url = new URL(subscription.endpoint)
    addresses.check(url)
    const { headers, body } = await requestOf(push, subscription)
    const status = await postOnce(url, addresses, body, headers)
    if (/^2\d\d$/.test(status)) return
    // The browser gave the address up, or the person took the permission back.
    if (status === '404' || status === '410') await removeSubscription(database.prisma, push.deviceId)
    else if (/^4(?!08|29)\d\d$/.test(status)) throw new PermanentFailure(`push-${status}`)
    else throw new NotTaken(`push-${status}`)
  }
  outbox.handle('notify.push', { schema: Push, outside: send })

  return {
    channel: 'push',
    rings: true,
    async reach(tx, { reader: { accountId } }) {
      const live = await liveSubscriptions(tx, { accountId, now: clock.now() })
      if (live.length === 0) return undefined
      return async (writing, { id: noticeId, happened, reader, reached, other, dueAt, goodFor }) => {
        const { event, standing } = happened
        for (const { deviceId } of live) {
          const language = languageOf(reached.preferences) ?? 'en'
          const until = dueAt + goodFor
          const push: Push = { noticeId, accountId, deviceId, event, other, language, standing, until }
          const { practiceId } = reader
          const key = `${noticeId}:${deviceId}`
          await outbox.add(writing, 'notify.push', push, goodFor, { key, dueAt, practiceId })
        }
      }
    },
  }
}
