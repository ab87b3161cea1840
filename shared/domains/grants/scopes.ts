/**
 * What somebody who acts for a client may be given: areas of the record, to see or also to act in. A grant is written
 * as a list of `area:level`, so that the database can check it and a message stays small.
 */
export const GRANT_SCOPES = [
  'appointments',
  'messages',
  'forms',
  'documents',
  'billing',
  'prescriptions',
  'profile',
] as const
export type GrantScope = (typeof GRANT_SCOPES)[number]
/** `write` contains `read`. */
export type GrantLevel = 'read' | 'write'
export type Granted = Readonly<Partial<Record<GrantScope, GrantLevel>>>

const isScope = (text: string | undefined): text is GrantScope => GRANT_SCOPES.some((scope) => scope === text)

/** In the order of the areas, so that two equal grants are written alike. */
export const grantTexts = (granted: Granted): string[] =>
  GRANT_SCOPES.flatMap((scope) => (granted[scope] === undefined ? [] : [`${scope}:${granted[scope]}`]))

/** What this build does not know is not granted. */
export function grantedOf(texts: readonly string[]): Granted {
  const granted: Partial<Record<GrantScope, GrantLevel>> = {}
  for (const text of texts) {
    const [scope, level] = text.split(':')
    if (isScope(scope) && (level === 'read' || level === 'write')) granted[scope] = level
  }
  return granted
}

const RANK = { none: 0, read: 1, write: 2 } as const
export const covers = (granted: Granted, scope: GrantScope, level: GrantLevel): boolean =>
  RANK[granted[scope] ?? 'none'] >= RANK[level]
