/**
 * What a lock leaves behind in a tab: nothing. The screens go at once; then the page itself is left and opened anew, and
 * with it go its memory, its worker and everything that either had opened. Never at the price of something typed: a
 * page with text that is not on the disk stays, and so does one that the device could not open again with no network.
 */
import type { OpenDrafts } from '../drafts/open-drafts.tsx'
import type { PortalSession, SessionView } from '../replica/portal-session.ts'

const KEPT = 'portal.lock-reason'
type LockReason = NonNullable<SessionView['lockReason']>

export function clearOnLock(session: PortalSession, drafts: OpenDrafts): void {
  let wasOpen = false
  session.session$.subscribe(({ state, lockReason }) => {
    const isOpen = state === 'open' || state === 'staff'
    if (wasOpen && !isOpen) leave(drafts, lockReason)
    wasOpen = isOpen
  })
  // Where the browser keeps a page for the way back, it keeps what was on it.
  addEventListener('pagehide', ({ persisted }) => hide(persisted))
  addEventListener('pageshow', ({ persisted }) => {
    if (!persisted) return
    hide(false)
    if (wasOpen) leave(drafts)
  })
}

const hide = (isHidden: boolean) => {
  document.documentElement.hidden = isHidden
}

/** At once and out of sight: nobody begins to type into a page that is about to go. */
function leave(drafts: OpenDrafts, reason?: LockReason): void {
  const opensAgain = navigator.serviceWorker?.controller != null
  if (!opensAgain || !drafts.areSaved()) return
  if (reason !== undefined) sessionStorage.setItem(KEPT, reason)
  hide(true)
  location.replace(location.pathname.startsWith('/staff') ? '/staff' : '/')
}

/** Why the page before this one was left; once. */
export function takeLockReason(): LockReason | undefined {
  const reason = sessionStorage.getItem(KEPT) as LockReason | null
  sessionStorage.removeItem(KEPT)
  return reason ?? undefined
}
