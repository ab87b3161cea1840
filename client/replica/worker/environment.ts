/**
 * Everything the worker takes from the outside world, so that the same core runs in a browser's worker, in Node
 * (test devices) and in the simulator.
 */
import type { Clock } from '../../../shared/kernel/clock.ts'
import type { SetTimer } from '../../transport/http.ts'
import type { OpenSocket } from '../../transport/socket.ts'

/**
 * Web Locks, as far as they are used: one holder per name (or several that share it), released when the callback's promise
 * settles. `signal` gives up the wait, `steal` takes the lock from its holder, whose promise rejects then; with
 * `ifAvailable` nothing is waited for, and the callback is given null where somebody holds it.
 */
export interface LockManagerLike {
  request<T>(
    name: string,
    options:
      | { readonly signal: AbortSignal }
      | { readonly steal: true }
      | { readonly mode: 'shared' }
      | { readonly ifAvailable: true },
    held: (lock: unknown) => Promise<T>,
  ): Promise<T>
}

/** A BroadcastChannel among the tabs of one device. */
export interface ChannelLike {
  postMessage(message: unknown): void
  listen(listener: (message: unknown) => void): void
  close(): void
}

export interface WorkerEnvironment {
  readonly indexedDB: IDBFactory
  readonly IDBKeyRange: typeof IDBKeyRange
  readonly fetch: typeof fetch
  readonly openSocket: OpenSocket
  /** Where the server is, such as https://portal.example.org. */
  readonly origin: string
  readonly clock: Clock
  /** Fills with cryptographically strong bytes. */
  readonly random: (length: number) => Uint8Array<ArrayBuffer>
  readonly setTimer: SetTimer
  /** False when the device knows that it has no network; absent where it cannot know. */
  readonly isOnline?: () => boolean
  readonly locks?: LockManagerLike
  readonly openChannel?: (name: string) => ChannelLike
  /** How this device is called in lists and beside contested answers ("Chrome on Android"). */
  readonly deviceName: string
  /** Empties Cache Storage and the like after a wipe. */
  readonly clearCaches?: () => Promise<void>
}
