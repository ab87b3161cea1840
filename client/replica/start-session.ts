/**
 * The one way for the page to get a session: starts the module worker that holds keys, tokens, outbox and socket.
 * RxDB is loaded only once an unlock has begun, so that the first page stays small.
 */
import { filter, take } from 'rxjs'
import { askToPersist, watchActivity } from './page-activity.ts'
import type { PortalSession, SessionView } from './portal-session.ts'
import { createPortalSession } from './session.ts'

/** Call once per page; `leftBy`: why the one before was left. Never throws; failures show in `session$` and in the answers of its functions. */
export function startPortalSession(leftBy?: SessionView['lockReason']): PortalSession {
  const worker = new Worker(new URL('./worker/worker-entry.ts', import.meta.url), {
    type: 'module',
    name: 'replica',
  })
  const session = createPortalSession({ worker, ...(leftBy && { leftBy }) })
  watchActivity(session)
  const opened$ = session.session$.pipe(
    filter(({ state }) => state === 'open'),
    take(1),
  )
  opened$.subscribe(() => void askToPersist(session).catch(() => {}))
  return session
}
