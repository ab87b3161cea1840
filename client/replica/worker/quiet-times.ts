/**
 * What nobody waits for, done by the tab that leads when nothing was written for a while: snapshots for the next start,
 * envelopes of older keys, documents that lie scattered. SPEC: client/replica/SPEC.md, R32, R36 and R57.
 */
import type { WorkerEnvironment } from './environment.ts'
import type { ReplicaStore } from './replica-store.ts'
import type { Resealing } from './reseal.ts'

/** Nothing was written for so long: time to make the next start fast, and to tidy. */
const QUIET_MS = 3_000
const IDLE_MS = 20_000

export interface QuietTimes {
  /** Something was written, or this tab leads from now on: the wait begins anew. */
  wait(): void
  stop(): void
}

interface Deps {
  readonly store: Pick<ReplicaStore, 'settle' | 'compact'>
  readonly resealing: Resealing
  readonly setTimer: WorkerEnvironment['setTimer']
  /** It is open, and this tab leads. */
  readonly isWanted: () => boolean
  readonly onError: (error: unknown) => void
}

export function createQuietTimes({ store, resealing, setTimer, isWanted, onError }: Deps): QuietTimes {
  let cancel: (() => void) | undefined
  const pause = () => new Promise<void>((resolve) => void setTimer(resolve, 0))
  // A commit of its own makes both wait again; that is how it goes on.
  const quiet = async () => {
    cancel = setTimer(() => void idle().catch(onError), IDLE_MS - QUIET_MS)
    await store.settle(pause)
    if (await resealing.goOn(pause, isWanted)) wait()
  }
  const idle = async () => {
    cancel = undefined
    if (isWanted()) await store.compact()
  }
  const wait = () => {
    cancel?.()
    cancel = isWanted() ? setTimer(() => void quiet().catch(onError), QUIET_MS) : undefined
  }
  return {
    wait,
    stop: () => cancel?.(),
  }
}
