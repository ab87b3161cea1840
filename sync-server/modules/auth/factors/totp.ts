/**
 * Codes of authenticator apps (RFC 6238: SHA-1, six digits, 30 seconds, which is what every app knows). A clock may be
 * one step off; a step that was used, and every one before it, is not taken again. Pure: time comes from outside.
 */
import { Secret, TOTP } from 'otpauth'

const STEP_MS = 30_000
const DRIFT = 1
/** 160 bits, as RFC 4226 recommends. */
export const SECRET_BYTES = 20

const totpOf = (secret: Uint8Array, label = '', issuer = '') =>
  new TOTP({
    secret: new Secret({ buffer: new Uint8Array(secret).buffer }),
    label,
    issuer,
    algorithm: 'SHA1',
    digits: 6,
    period: STEP_MS / 1000,
  })

/** The step that the code is of; undefined: it is wrong, or not newer than `lastStep`. */
export function totpStep(
  secret: Uint8Array,
  code: string,
  { now, lastStep }: { readonly now: number; readonly lastStep: number },
): number | undefined {
  const token = code.replace(/\s/g, '')
  if (!/^\d{6}$/.test(token)) return undefined
  const delta = totpOf(secret).validate({ token, timestamp: now, window: DRIFT })
  if (delta === null) return undefined
  const step = Math.floor(now / STEP_MS) + delta
  return step > lastStep ? step : undefined
}

export interface TotpEnrolment {
  /** Base32, for typing. */
  readonly secret: string
  /** `otpauth://…`, for the QR code. */
  readonly uri: string
}

export function totpEnrolment(secret: Uint8Array, account: string, issuer: string): TotpEnrolment {
  const totp = totpOf(secret, account, issuer)
  return { secret: totp.secret.base32, uri: totp.toString() }
}
