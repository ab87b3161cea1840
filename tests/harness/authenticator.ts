/** An authenticator app outside of a phone: knows the secret, gives the code of a moment. */
import { Secret, TOTP } from 'otpauth'
import { expect } from 'vitest'
import type { SignedInDevice } from './sign-in.ts'

export const STEP_MS = 30_000

export const codeAt = (secret: string, timestamp: number): string =>
  new TOTP({ secret: Secret.fromBase32(secret), algorithm: 'SHA1', digits: 6, period: 30 }).generate({
    timestamp,
  })

export const authBase = ({ account }: SignedInDevice): string =>
  account.role === 'client' || account.role === 'proxy' ? '/api/v1/portal/auth' : '/api/v1/staff/auth'

export interface Enrolled {
  readonly secret: string
  readonly recoveryCodes: readonly string[]
}

/** Sets an authenticator app up; `now`: the server's clock. */
export async function enrolTotp(device: SignedInDevice, now: number): Promise<Enrolled> {
  const base = authBase(device)
  const begun = await device.fetch(`${base}/factors/totp`, { method: 'POST' })
  expect(begun.status).toBe(200)
  const secret = String(begun.body.secret)
  const body = { code: codeAt(secret, now) }
  const done = await device.fetch(`${base}/factors/totp/confirm`, { method: 'POST', body })
  expect(done.status).toBe(200)
  return { secret, recoveryCodes: (done.body.recoveryCodes ?? []) as string[] }
}
