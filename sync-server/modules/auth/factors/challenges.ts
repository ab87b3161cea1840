/**
 * Challenges for passkeys. Asking for one writes nothing, so that nobody can fill a table by asking: a challenge says
 * itself until when it is good and what for, under a MAC. The answer is taken once: that is written down.
 */
import { createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Clock } from '../../../../shared/kernel/clock.ts'

/** `sign-in`: for whoever has a passkey. `factor`: of one account. `register`: in one session. */
export type ChallengeUse = 'sign-in' | 'factor' | 'register'

export interface Challenge {
  readonly id: string
  /** ms */
  readonly expiresAt: number
}
export interface Challenges {
  issue(use: ChallengeUse, bound: string): string
  /** Undefined: not ours, for something else, or too old. */
  read(challenge: string, use: ChallengeUse, bound: string): Challenge | undefined
}

export const CHALLENGE_MS = 10 * 60_000
const ID_BYTES = 16
const TIME_BYTES = 6
const HEAD_BYTES = ID_BYTES + TIME_BYTES

export function createChallenges(pepper: Uint8Array, clock: Clock): Challenges {
  const key = Buffer.from(hkdfSync('sha256', pepper, new Uint8Array(), 'passkey challenges v1', 32))
  const mac = (head: Uint8Array, use: ChallengeUse, bound: string) =>
    createHmac('sha256', key)
      .update(JSON.stringify([use, bound]))
      .update(head)
      .digest()
  return {
    issue(use, bound) {
      const head = Buffer.alloc(HEAD_BYTES)
      randomBytes(ID_BYTES).copy(head)
      head.writeUIntBE(clock.now() + CHALLENGE_MS, ID_BYTES, TIME_BYTES)
      return Buffer.concat([head, mac(head, use, bound)]).toString('base64url')
    },
    read(challenge, use, bound) {
      const bytes = Buffer.from(challenge, 'base64url')
      const head = bytes.subarray(0, HEAD_BYTES)
      const given = bytes.subarray(HEAD_BYTES)
      const right = mac(head, use, bound)
      if (given.length !== right.length || !timingSafeEqual(given, right)) return undefined
      const expiresAt = head.readUIntBE(ID_BYTES, TIME_BYTES)
      const id = head.subarray(0, ID_BYTES).toString('base64url')
      return expiresAt > clock.now() ? { id, expiresAt } : undefined
    },
  }
}
