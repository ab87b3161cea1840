/** Failed proofs of a password by address, known or not: five lock it for 30 minutes. */
import { createHmac, hkdfSync } from 'node:crypto'
import type { Transaction } from '../../platform/database.ts'
import { createAuthTransactor } from './transactor.ts'

export const FAILURES = 5
const LOCK_MS = 30 * 60_000

export type ThrottleKey = (email: string) => string

/** The address itself is not stored. */
export function createThrottleKey(pepper: Uint8Array): ThrottleKey {
  const key = Buffer.from(hkdfSync('sha256', pepper, new Uint8Array(), 'login throttle v1', 32))
  return (email) => createHmac('sha256', key).update(email.trim().toLowerCase()).digest('base64url')
}

/** How many there are now: more than five only where several came at the same moment. */
export const countFailure = (tx: Transaction, key: string, now: number): Promise<number> =>
  createAuthTransactor(tx).countFailure(key, now, FAILURES, LOCK_MS)
