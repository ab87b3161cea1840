/**
 * What a password must be: long enough, and not made of what anybody would try first about this person. Any character
 * counts, nothing must be mixed, nothing expires. The list of common passwords is the server's. Pure.
 * SPEC: sync-server/modules/auth/SPEC-accounts.md, L11.
 */
export const PASSWORD_LENGTH = { min: 12, max: 128 } as const

export type PasswordProblem = 'too_short' | 'too_long' | 'about_you' | 'common'

/** As it is hashed: an accent typed on another keyboard is the same password. */
export const normalPassword = (password: string): string => password.normalize('NFKC')

export const passwordLength = (password: string): number => [...normalPassword(password)].length

/** So much must be left of a password when the words about its owner are taken out. */
const LEFT = 8
const SHORTEST_WORD = 4

const plain = (text: string) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()

/** Words that somebody who knows the owner would try: of names, addresses, the practice. Longest first. */
export function contextWords(texts: readonly string[]): string[] {
  const words = texts.flatMap((text) => plain(text).split(/[^\p{L}\p{N}]+/u))
  return [...new Set(words)]
    .filter((word) => word.length >= SHORTEST_WORD)
    .sort((a, b) => b.length - a.length)
}

/** Null when there is nothing to say against it (but for the list of common ones). */
export function passwordProblem(password: string, about: readonly string[] = []): PasswordProblem | null {
  const length = passwordLength(password)
  if (length < PASSWORD_LENGTH.min) return 'too_short'
  if (length > PASSWORD_LENGTH.max) return 'too_long'
  let left = plain(password)
  for (const word of contextWords(about)) left = left.replaceAll(word, '')
  const without = left.replace(/[\s\p{P}\p{S}]/gu, '')
  if (left.length < plain(password).length && without.length < LEFT) return 'about_you'
  return null
}
