/**
 * Keeps the lease of the open replica: longer after every contact with the clinic, the highest time that was seen every few
 * minutes, and a lock at its end, in a pause of whoever is typing. SPEC: client/replica/SPEC.md, R40.
 */
import type { KeyRing, RingEntry } from '../../keys/key-ring.ts'
import { type LeaseStanding, newLease, readLease, standingOf, writeLease } from '../../keys/lease.ts'
import type { OpenKey } from '../../keys/open-key.ts'
import type { WorkerEnvironment } from './environment.ts'

const LOOK_MS = 5 * 60_000
const PAUSE_MS = 30_000

export interface LeaseKeeper {
  /** May this replica be opened now, with no word from the clinic? The first one of an entry begins here. */
  check(entry: RingEntry, key: OpenKey): Promise<LeaseStanding>
  /** The clinic has just let this device in; `endsAt`: when the access to the record ends by itself, if it does. */
  renew(entry: RingEntry, key: OpenKey, endsAt?: number): Promise<void>
  /** The replica is open from now on. */
  start(entry: RingEntry, key: OpenKey): void
  stop(): void
}

export function createLeaseKeeper(deps: {
  environment: Pick<WorkerEnvironment, 'clock' | 'random' | 'setTimer'>
  ring: () => Promise<KeyRing>
  lastActive: () => number | undefined
  onEnded: () => void
}): LeaseKeeper {
  const { clock, random, setTimer } = deps.environment
  let open: { readonly entry: RingEntry; readonly key: OpenKey } | null = null
  let cancel = () => {}

  const check: LeaseKeeper['check'] = async (entry, key) => {
    const now = clock.now()
    const lease = await readLease(entry, key)
    const standing = lease === undefined ? 'good' : standingOf(lease, now)
    // A clock that runs years ahead must not count as seen once it is over: nobody could set it right again.
    if (standing === 'good') {
      const next = lease === undefined ? newLease(now) : { ...lease, seen: Math.max(lease.seen, now) }
      await writeLease(await deps.ring(), entry, key, next, random)
    }
    return standing
  }

  const look = async () => {
    if (open === null) return
    const { entry, key } = open
    // Another tab may have heard from the clinic since.
    const current = await (await deps.ring()).get(entry.id)
    if (open === null || current === undefined) return
    if ((await check(current, key)) === 'good') return lookIn(LOOK_MS)
    const idleFor = clock.now() - (deps.lastActive() ?? 0)
    if (idleFor >= PAUSE_MS) deps.onEnded()
    else lookIn(PAUSE_MS - idleFor)
  }
  const lookIn = (ms: number) => {
    cancel()
    // On a full disk the next look must still come.
    cancel = setTimer(() => void look().catch(() => lookIn(LOOK_MS)), ms)
  }

  return {
    check,
    async renew(entry, key, endsAt) {
      await writeLease(await deps.ring(), entry, key, newLease(clock.now(), endsAt), random)
    },
    start(entry, key) {
      open = { entry, key }
      lookIn(LOOK_MS)
    },
    stop() {
      open = null
      cancel()
    },
  }
}
