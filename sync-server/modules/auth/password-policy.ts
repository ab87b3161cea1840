/** The server's last word on a new password. What a person can mend is said in words; the screens say it before. */
import {
  normalPassword,
  PASSWORD_LENGTH,
  type PasswordProblem,
  passwordProblem,
} from '../../../shared/domains/accounts/password-rules.ts'
import { type Refusal, refusal } from '../../../shared/protocol/errors.ts'
import { createCommonPasswords } from './common-passwords.ts'

const WORDS: Readonly<Record<PasswordProblem, string>> = {
  too_short: `Use at least ${PASSWORD_LENGTH.min} characters. Several words are fine.`,
  too_long: `Use at most ${PASSWORD_LENGTH.max} characters.`,
  about_you:
    'This password is mostly your name, your address or the practice. Use words that have nothing to do with you.',
  common:
    'This password is one of those that are tried first. Use several words that do not belong together.',
}

export type PasswordPolicy = (password: string, about: readonly string[]) => Refusal | undefined

/** The list is read once, when the first new password comes. */
export function createPasswordPolicy(): PasswordPolicy {
  let common: ReturnType<typeof createCommonPasswords> | undefined
  return (password, about) => {
    const problem = passwordProblem(password, about)
    if (problem !== null) return refusal('weak_password', WORDS[problem])
    common ??= createCommonPasswords()
    return common.has(normalPassword(password)) ? refusal('weak_password', WORDS.common) : undefined
  }
}

/** What somebody would try who knows this person. */
export const aboutAccount = (account: {
  readonly name: string
  readonly email: string
  readonly practiceName: string
}): string[] => [account.name, account.email, account.practiceName, 'MentalSpace Portal']
