/**
 * Which data keys the tabs of this device have open. A tab says so by a lock for as long as its replica is open, also while
 * it is frozen: what it may still write can be read, because a key that somebody holds stays in the key ring.
 * SPEC: client/replica/SPEC.md, R57.
 */
import type { LockManagerLike } from './environment.ts'

const nameOf = (keyId: string) => `key:${keyId}`

/** Resolves once it is held, with what gives it back. Without locks no key ever goes. */
export function holdKey(locks: LockManagerLike | undefined, keyId: string): Promise<() => void> {
  if (locks === undefined) return Promise.resolve(() => {})
  return new Promise((resolve, reject) => {
    const held = () => new Promise<void>((letGo) => resolve(letGo))
    locks.request(nameOf(keyId), { mode: 'shared' }, held).catch(reject)
  })
}

/** Runs where no tab has any of these keys open, and none opens one meanwhile; otherwise not at all. */
export async function whereNobodyHolds(
  locks: LockManagerLike | undefined,
  keyIds: readonly string[],
  run: () => Promise<void>,
): Promise<void> {
  const [keyId, ...others] = keyIds
  if (locks === undefined) return
  if (keyId === undefined) return run()
  await locks.request(nameOf(keyId), { ifAvailable: true }, async (lock) => {
    if (lock !== null) await whereNobodyHolds(locks, others, run)
  })
}
