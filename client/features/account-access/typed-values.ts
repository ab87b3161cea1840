/** What is typed on the account pages, before it is sent: is it something that could be right? Pure. */
import * as z from 'zod/mini'
import { type PasswordProblem, passwordProblem } from '../../../shared/domains/accounts/password-rules.ts'
import type { GivenFactor } from '../../replica/portal-session.ts'
import { type DateParts, isoDate } from '../../ui/date-parts.ts'

/** `YYYY-MM-DD`, if somebody alive can have been born then. */
export function birthDate(parts: DateParts, locale: string, today: string): string | null {
  const date = isoDate(parts, locale)
  return date !== null && date >= '1890-01-01' && date <= today ? date : null
}

/** Spaces are how people read codes to each other. */
export const codeDigits = (typed: string): string => typed.replace(/[\s-]/g, '')
export const isCode = (typed: string): boolean => /^\d{6}$/.test(codeDigits(typed))

export const isSsn4 = (typed: string): boolean => /^\d{4}$/.test(typed.trim())

/** As the server reads it. */
const Email = z.email().check(z.maxLength(254))
export const isEmail = (typed: string): boolean => z.safeParse(Email, typed.trim()).success

/** Six digits are an app's; recovery codes are longer. Nothing typed: nothing is given. */
export function factorOf(typed: string): { readonly factor?: GivenFactor } {
  const value = typed.trim()
  if (value === '') return {}
  return {
    factor: isCode(value) ? { kind: 'totp', value: codeDigits(value) } : { kind: 'recovery-code', value },
  }
}

/** A link's secret, as the server makes them. */
export const isLinkSecret = (text: string): boolean => /^[0-9a-f-]{36}\.[\w-]{43}$/.test(text)

export const problemOf = (password: string, about: readonly string[]): PasswordProblem | null =>
  passwordProblem(password, [...about, 'MentalSpace Portal'])
