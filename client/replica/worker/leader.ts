/**
 * One socket among the tabs of a device: the tab that holds the lock is the leader; when it dies, the browser gives
 * the lock to the next. Exactly-once makes a moment with two leaders harmless. Without Web Locks everybody leads.
 */
import type { LockManagerLike } from './environment.ts'

export interface Leadership {
  stop(): void
}

export function seekLeadership(
  locks: LockManagerLike | undefined,
  name: string,
  onLead: () => void,
): Leadership {
  if (locks === undefined) {
    onLead()
    return { stop: () => {} }
  }
  const controller = new AbortController()
  let release: () => void = () => {}
  const held = () =>
    new Promise<void>((resolve) => {
      release = resolve
      if (controller.signal.aborted) resolve()
      else onLead()
    })
  // Rejects only when the wait is given up.
  locks.request(`leader:${name}`, { signal: controller.signal }, held).catch(() => {})
  return {
    stop() {
      controller.abort()
      release()
    },
  }
}
