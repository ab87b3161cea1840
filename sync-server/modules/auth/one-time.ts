/**
 * Codes to type (six digits) and links to follow (256 bits). Both are bound to their purpose and their row: what is
 * stored is a keyed hash over all of it, so that a copied table is worth nothing and no secret opens another door.
 * Also the keyed tags by which a person or an address is found and counted without being stored.
 */
import { createHmac, hkdfSync, randomBytes, randomInt, timingSafeEqual } from 'node:crypto'

export type Purpose =
  | 'register'
  | 'register-ticket'
  | 'verify-email'
  | 'invite'
  | 'access-invite'
  | 'reset-password'
  | 'set-password'
  | 'change-email'
  | 'undo-email'
  | 'second-step'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
/** How long each is good for, ms. */
export const GOOD_FOR: Readonly<Record<Purpose, number>> = {
  register: 10 * MINUTE,
  'register-ticket': 30 * MINUTE,
  'verify-email': 10 * MINUTE,
  invite: 7 * 24 * HOUR,
  'access-invite': 7 * 24 * HOUR,
  'reset-password': 30 * MINUTE,
  'set-password': 3 * 24 * HOUR,
  'change-email': HOUR,
  'undo-email': 7 * 24 * HOUR,
  'second-step': 10 * MINUTE,
}
/** Guesses at one code. */
export const CODE_ATTEMPTS = 5

export interface OneTime {
  newCode(): string
  newSecret(): string
  hash(purpose: Purpose, id: string, secret: string): string
  /** The same work whether there is a hash or not. */
  matches(stored: string | null | undefined, purpose: Purpose, id: string, secret: string): boolean
  /** `kind` keeps tags of different things apart. */
  tag(kind: string, value: string): string
}

export function createOneTime(pepper: Uint8Array): OneTime {
  const derive = (info: string) => Buffer.from(hkdfSync('sha256', pepper, new Uint8Array(), info, 32))
  const secretKey = derive('one-time secrets v1')
  const tagKey = derive('find tags v1')
  const mac = (purpose: Purpose, id: string, secret: string) =>
    createHmac('sha256', secretKey)
      .update(JSON.stringify([purpose, id, secret]))
      .digest()
  const nothing = randomBytes(32)
  return {
    newCode: () => String(randomInt(1_000_000)).padStart(6, '0'),
    newSecret: () => randomBytes(32).toString('base64url'),
    hash: (purpose, id, secret) => mac(purpose, id, secret).toString('base64url'),
    matches(stored, purpose, id, secret) {
      const kept = stored ? Buffer.from(stored, 'base64url') : nothing
      const given = mac(purpose, id, secret)
      return timingSafeEqual(kept.length === given.length ? kept : nothing, given) && kept !== nothing
    },
    tag: (kind, value) =>
      createHmac('sha256', tagKey)
        .update(JSON.stringify([kind, value]))
        .digest('base64url'),
  }
}

/** `<row>.<secret>`: what stands in a link behind `#`, where no server and no log sees it. */
export const linkText = (id: string, secret: string): string => `${id}.${secret}`

export function parseLink(text: string): { readonly id: string; readonly secret: string } | undefined {
  const [, id, secret] = /^([0-9a-f-]{36})\.([\w-]{43})$/.exec(text) ?? []
  return id === undefined || secret === undefined ? undefined : { id, secret }
}

/** How a person can be found. Spaces, dashes and case of a record number are nobody's mistake. */
export type FindBy =
  | { readonly by: 'ssn4'; readonly dateOfBirth: string; readonly ssn4: string }
  | { readonly by: 'mrn'; readonly dateOfBirth: string; readonly mrn: string }

export const findTag = (oneTime: Pick<OneTime, 'tag'>, find: FindBy): string =>
  find.by === 'ssn4'
    ? oneTime.tag('ssn4', `${find.dateOfBirth}:${find.ssn4}`)
    : oneTime.tag('mrn', `${find.dateOfBirth}:${find.mrn.replace(/[\s-]/g, '').toUpperCase()}`)

/** Both tags of a person, as they stand on the record. */
export const findTagsOf =
  (oneTime: Pick<OneTime, 'tag'>) =>
  (person: { readonly dateOfBirth: string; readonly ssn4: string; readonly mrn: string }) => ({
    ssn4Tag: findTag(oneTime, { by: 'ssn4', ...person }),
    mrnTag: findTag(oneTime, { by: 'mrn', ...person }),
  })
