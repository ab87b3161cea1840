/**
 * What makes a proof of possession good for one moment and one use: a nonce that this practice's servers give out, and
 * the memory of the proofs that were used. Nonces carry the server's own time, sealed by a MAC, so that no device's
 * clock matters and any server of the practice knows any other's.
 */
import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import type { Clock } from '../../shared/kernel/clock.ts'

export interface ProofNonces {
  /** A new one. */
  issue(): string
  /** `good`: and young. `old`: good, and another one should be given along. `stale`: too old, or none of ours. */
  judge(nonce: string): 'good' | 'old' | 'stale'
  /** False when this proof was used before. */
  once(proofId: string): Promise<boolean>
}

/** Where several servers share what was used. Rejects while it cannot be reached. */
export interface SharedMemory {
  readonly isLive: () => boolean
  /** True when `key` was not there; it stays for `seconds`. */
  readonly add: (key: string, seconds: number) => Promise<boolean>
}

const LIFE_MS = 10 * 60_000
const YOUNG_MS = 60_000
/** Of a server that runs ahead a little. */
const AHEAD_MS = 60_000
const MAC_BYTES = 12
/** Proofs that are remembered at most, twice; about 100 bytes each. With more, older nonces end before their time. */
const KEPT = 100_000

export function createProofNonces(
  secret: Uint8Array,
  clock: Clock,
  shared?: SharedMemory,
  kept = KEPT,
): ProofNonces {
  const key = Buffer.from(hkdfSync('sha256', secret, new Uint8Array(), 'proof nonces v1', 32))
  const macOf = (time: Uint8Array) => createHmac('sha256', key).update(time).digest().subarray(0, MAC_BYTES)
  /** Those of the present turn and of the one before: what falls out was made for a nonce that is taken no longer. */
  let used = new Set<string>()
  let usedBefore = new Set<string>()
  let began = clock.now()
  let floor = 0

  const remember = (proofId: string): boolean => {
    if (used.has(proofId) || usedBefore.has(proofId)) return false
    const isFull = used.size >= kept
    if (isFull || clock.now() - began > LIFE_MS + AHEAD_MS) {
      if (isFull) floor = began
      usedBefore = used
      used = new Set()
      began = clock.now()
    }
    used.add(proofId)
    return true
  }

  return {
    issue: () => {
      const time = Buffer.alloc(6)
      time.writeUIntBE(clock.now(), 0, 6)
      return Buffer.concat([time, macOf(time)]).toString('base64url')
    },
    judge: (nonce) => {
      const bytes = Buffer.from(nonce, 'base64url')
      if (bytes.length !== 6 + MAC_BYTES) return 'stale'
      const time = bytes.subarray(0, 6)
      if (!timingSafeEqual(bytes.subarray(6), macOf(time))) return 'stale'
      const issuedAt = time.readUIntBE(0, 6)
      const age = clock.now() - issuedAt
      if (age > LIFE_MS || age < -AHEAD_MS || issuedAt < floor) return 'stale'
      return age > YOUNG_MS ? 'old' : 'good'
    },
    once: async (proofId) => {
      if (!remember(proofId)) return false
      if (shared?.isLive() !== true) return true
      // A server that cannot ask remembers by itself until it can.
      return shared.add(`portal:proof:${proofId}`, Math.ceil((LIFE_MS + AHEAD_MS) / 1000)).catch(() => true)
    },
  }
}
