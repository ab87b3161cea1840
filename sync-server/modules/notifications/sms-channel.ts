/**
 * Notifications as text messages, through Twilio. A number that said STOP hears nothing until it says START; carriers
 * see the text, which says nothing. SPEC: N11.
 */
import { z } from 'zod'
import { languageOf } from '../../../shared/domains/profile/preferences.ts'
import type { Clock } from '../../../shared/kernel/clock.ts'
import type { Database } from '../../platform/database.ts'
import type { Outbox } from '../../platform/outbox.ts'
import type { SmsSender } from '../../platform/sms-sender.ts'
import type { NoticeChannel } from './channels.ts'
import { Standing } from './events.ts'
import type { NoticeSecrets } from './notice-secrets.ts'
import { addBlock, blockedAmong, markSent, stillStands, wasSent } from './notification-store.ts'
import { dialled } from './phone-number.ts'
import { textsOf } from './texts.ts'

interface Deps {
  readonly database: Database
  readonly clock: Clock
  readonly outbox: Outbox
  readonly secrets: NoticeSecrets
  /** Undefined: nothing leaves. */
  readonly sender: SmsSender | undefined
  /** What would leave is shown on the demo's page. */
  readonly shown: boolean
}
export const Sms = z.object({
  noticeId: z.uuid().lowercase(),
  to: z.string(),
  text: z.string(),
  standing: Standing.nullable(),
})
export type Sms = z.infer<typeof Sms>

export function createSmsChannel({ database, clock, outbox, secrets, sender, shown }: Deps): NoticeChannel {
  const isBlocked = async (tx: Parameters<typeof blockedAmong>[0], to: string): Promise<boolean> =>
    (await blockedAmong(tx, 'sms', [secrets.addressTag(to)])).size > 0

  const send = async ({ noticeId, to, text, standing }: Sms): Promise<void> => {
    const { prisma } = database
    // What the provider has taken is marked: when it says so, and again by its report of the message, which comes also
    // where this server died in between, before another one tries.
    if (await wasSent(prisma, noticeId)) return
    if (!(await stillStands(prisma, standing)) || (await isBlocked(prisma, to))) return
    const outcome = await sender?.send({ id: noticeId, to, text })
    if (outcome === 'stopped')
      await addBlock(prisma, {
        channel: 'sms',
        subject: secrets.addressTag(to),
        reason: 'stop',
        now: clock.now(),
      })
    else await markSent(prisma, noticeId, clock.now())
  }
  outbox.handle('notify.sms', { schema: Sms, outside: send })

  return {
    channel: 'sms',
    rings: true,
    async reach(tx, { reached }) {
      const to = dialled(reached.phone)
      if (to === undefined || (sender === undefined && !shown) || (await isBlocked(tx, to))) return undefined
      return (writing, { id: noticeId, happened: { event, standing }, reader, other, dueAt, goodFor }) => {
        const texts = textsOf(languageOf(reached.preferences))
        const { title } = texts.events[event](other)
        const sms: Sms = { noticeId, to, text: `${title}. ${texts.stop}`, standing }
        const { practiceId } = reader
        return outbox.add(writing, 'notify.sms', sms, goodFor, { key: noticeId, dueAt, practiceId })
      }
    },
  }
}
