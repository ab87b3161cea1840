/** Notifications by e-mail: to the address of the account, unless it bounced or they unsubscribed. */
import { isAlwaysSent, languageOf } from '../../../shared/domains/profile/preferences.ts'
import { queueMail } from '../../platform/mailer.ts'
import type { Outbox } from '../../platform/outbox.ts'
import type { NoticeChannel } from './channels.ts'
import { SPECS } from './events.ts'
import { noticeMail } from './notice-mail.ts'
import type { NoticeSecrets } from './notice-secrets.ts'
import { blockedAmong } from './notification-store.ts'

interface Deps {
  readonly outbox: Pick<Outbox, 'add'>
  readonly secrets: NoticeSecrets
  readonly origin: () => string
}

export const createEmailChannel = ({ outbox, secrets, origin }: Deps): NoticeChannel => ({
  channel: 'email',
  rings: false,
  async reach(tx, { reader: { accountId, email }, happened: { event } }) {
    const { kind } = SPECS[event]
    const always = isAlwaysSent(kind, 'email')
    const subjects = [secrets.addressTag(email), secrets.kindTag({ accountId, kind })]
    if (!always && (await blockedAmong(tx, 'email', subjects)).size > 0) return undefined
    return (writing, { id, reader, reached, other, dueAt, goodFor }) => {
      const language = languageOf(reached.preferences)
      const token = secrets.unsubscribeToken({ accountId, kind })
      // The page speaks as the mail does.
      const unsubscribe = `${origin()}/api/v1/unsubscribe/${token}${language ? `?language=${language}` : ''}`
      const mail = noticeMail({
        id,
        to: reader.email,
        event,
        other,
        language,
        origin: origin(),
        unsubscribe: always ? undefined : unsubscribe,
      })
      const { practiceId } = reader
      return queueMail(outbox, writing, mail, { goodFor, dueAt, practiceId, key: `notice:${id}` })
    }
  },
})
