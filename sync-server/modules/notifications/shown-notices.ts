/** Texts and pushes of the demo, beside its mails: what would have left, or has. */
import type { Outbox } from '../../platform/outbox.ts'
import { Push, pushText } from './push-channel.ts'
import { Sms } from './sms-channel.ts'

interface Shown {
  readonly id: string
  readonly at: number
  readonly mail: {
    readonly to: string
    readonly subject: string
    readonly text: string
    readonly html: string
  }
}

export async function shownNotices(outbox: Pick<Outbox, 'kept'>): Promise<readonly Shown[]> {
  const [texts, pushes] = await Promise.all([outbox.kept('notify.sms'), outbox.kept('notify.push')])
  return [
    ...texts.flatMap(({ id, at, payload }) => {
      const sms = Sms.safeParse(payload)
      if (!sms.success) return []
      const { to, text } = sms.data
      return [{ id, at, mail: { to, subject: 'Text message', text, html: '' } }]
    }),
    ...pushes.flatMap(({ id, at, payload }) => {
      const push = Push.safeParse(payload)
      if (!push.success) return []
      const { title, line } = pushText(push.data)
      return [{ id, at, mail: { to: 'a device', subject: `Push: ${title}`, text: line, html: '' } }]
    }),
  ]
}
