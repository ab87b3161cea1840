/**
 * Codes for the day when phone and passkey are gone: ten, 120 bits each, shown once and kept only as keyed hashes. What
 * people misread is not in the alphabet, and case, spaces and dashes are nobody's mistake.
 */
import { createHmac, hkdfSync, randomBytes } from 'node:crypto'

export const RECOVERY_CODES = 10
/** From here on the person is told that few are left. */
export const FEW_LEFT = 3

/** Crockford's base 32: no I, L, O, U. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'
const LENGTH = 24
/** Of codes that were given out by builds before: as long as they are not used, they are good. */
const FORMER_LENGTH = 16

/** Six groups of four. */
export const newRecoveryCode = (): string => {
  const text = Array.from(randomBytes(LENGTH), (byte) => ALPHABET[byte & 31]).join('')
  return text.replace(/(.{4})(?=.)/g, '$1-')
}

/** As it is compared; undefined for what cannot be one. */
export function normalRecoveryCode(typed: string): string | undefined {
  const text = typed.toLowerCase().replace(/[\s-]/g, '').replaceAll('o', '0').replace(/[il]/g, '1')
  const isLong = text.length === LENGTH || text.length === FORMER_LENGTH
  return isLong && [...text].every((letter) => ALPHABET.includes(letter)) ? text : undefined
}

export type RecoveryHash = (accountId: string, normal: string) => string

export function createRecoveryHash(pepper: Uint8Array): RecoveryHash {
  const key = Buffer.from(hkdfSync('sha256', pepper, new Uint8Array(), 'recovery codes v1', 32))
  return (accountId, normal) =>
    createHmac('sha256', key)
      .update(JSON.stringify([accountId, normal]))
      .digest('base64url')
}
