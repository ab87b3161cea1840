/** A notification as a mail. */
import type { Language } from '../../../shared/domains/profile/preferences.ts'
import { written } from '../../platform/letter.ts'
import type { Mail } from '../../platform/mailer.ts'
import type { EventName } from './events.ts'
import { textsOf } from './texts.ts'

export interface NoticeLetter {
  readonly id: string
  readonly to: string
  readonly event: EventName
  readonly other: boolean
  readonly language: Language | undefined
  readonly origin: string
  /** Undefined where it is always sent. */
  readonly unsubscribe: string | undefined
}

export function noticeMail({ id, to, event, other, origin, unsubscribe, ...letter }: NoticeLetter): Mail {
  const language = letter.language ?? 'en'
  const texts = textsOf(language)
  const { title, line } = texts.events[event](other)
  const link =
    event === 'new_device'
      ? { label: texts.changePassword, href: `${origin}/forgot-password` }
      : { label: texts.open, href: `${origin}/` }
  const end = unsubscribe === undefined ? undefined : { label: texts.unsubscribe, href: unsubscribe }
  return {
    to,
    ...written([{ letter: { subject: title, lines: [line], link }, footer: texts.footer, language, end }]),
    messageId: `<${id}@${new URL(origin).hostname}>`,
    ...(unsubscribe !== undefined && { unsubscribe }),
  }
}
