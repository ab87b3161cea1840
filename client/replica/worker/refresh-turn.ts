/**
 * One refresh of the session at a time, across tabs. A tab that was frozen in the middle keeps the lock: when its
 * request cannot be under way any more, its turn is over. The cookie that came meanwhile is the browser's, not the tab's.
 */
import type { LockManagerLike } from './environment.ts'

const NAME = 'portal-refresh'
/** Longer than any request may take (client/transport/http.ts). */
const PATIENCE_MS = 31_000

/** Runs `ask` once, whatever becomes of the lock meanwhile. */
export function inRefreshTurn<T>(locks: LockManagerLike | undefined, ask: () => Promise<T>): Promise<T> {
  if (locks === undefined) return ask()
  let asked: Promise<T> | undefined
  const once = () => {
    asked ??= ask()
    return asked
  }
  const attempt = (options: { signal: AbortSignal } | { steal: true }) =>
    locks.request(NAME, options, once).catch((error: unknown) => {
      if (asked === undefined) throw error
      return asked
    })
  return attempt({ signal: AbortSignal.timeout(PATIENCE_MS) }).catch(() => attempt({ steal: true }))
}
