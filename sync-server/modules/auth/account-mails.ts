/**
 * The mails about accounts. They name no diagnosis, no appointment and no form, and not even what kind of practice
 * it is: a mail is read on lock screens and by whoever shares the inbox. Each says what happened, whether anything is
 * to be done, and what to do if it was not the reader. Which language the reader reads is not known before there is an
 * account, and a warning must be understood: every mail says all in each language, one below the other.
 */
import { written } from '../../platform/letter.ts'
import type { Mail } from '../../platform/mailer.ts'
import { english, type MailTexts } from './account-mails-english.ts'
import { spanish } from './account-mails-spanish.ts'

type Kind = Exclude<keyof MailTexts, 'footer'>
/** A second step of signing in, as its mail names it. */
export type NamedFactor = 'app' | 'codes' | { readonly passkey: string }

const LANGUAGES: readonly (readonly [string, MailTexts])[] = [
  ['en', english],
  ['es', spanish],
]

export const accountMail = <K extends Kind>(
  kind: K,
  to: string,
  ...values: Parameters<MailTexts[K]>
): Mail => {
  const parts = LANGUAGES.map(([language, texts]) => {
    const write = texts[kind] as (...values: Parameters<MailTexts[K]>) => ReturnType<MailTexts[K]>
    return { letter: write(...values), footer: texts.footer, language }
  })
  return { to, ...written(parts) }
}
