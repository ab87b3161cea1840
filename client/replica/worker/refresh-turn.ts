/**
 * One request at a time, across tabs, whose answer sets or takes the cookie: refreshes, sign-ins, farewells. Else the answer
 * to a refresh or a farewell that was on its way would undo the sign-in of another tab. A tab that was frozen in the middle keeps the lock: when its
 * request cannot be under way any more, its turn is over. The cookie that came meanwhile is the browser's, not the tab's.
 * SPEC: client/replica/SPEC.md, R34.
 */
import type { SetTimer } from '../../transport/http.ts'
import type { LockManagerLike } from './environment.ts'

const NAME = 'portal-refresh'
/** How long the request itself may take, ms. */
export const LONGEST_REFRESH_MS = 30_000
const PATIENCE_MS = LONGEST_REFRESH_MS + 1_000
/** Of somebody who signs in: on a line that swallows a refresh they are not kept from hearing so themselves. */
export const PERSONS_PATIENCE_MS = 5_000

/** Runs `ask` once, whatever becomes of the lock meanwhile. Rejects as `ask` does. */
export function inRefreshTurn<T>(
  locks: LockManagerLike | undefined,
  setTimer: SetTimer,
  ask: () => Promise<T>,
  patienceMs = PATIENCE_MS,
): Promise<T> {
  if (locks === undefined) return ask()
  let asked: Promise<T> | undefined
  const wait = new AbortController()
  const cancel = setTimer(() => wait.abort(), patienceMs)
  const once = () => {
    cancel()
    asked = ask()
    return asked
  }
  const attempt = (options: { signal: AbortSignal } | { steal: true }) =>
    locks.request(NAME, options, once).catch((error: unknown) => {
      if (asked === undefined) throw error
      return asked
    })
  return attempt({ signal: wait.signal }).catch((error: unknown) => {
    if (asked !== undefined) throw error
    return attempt({ steal: true })
  })
}
