/** Notices follow who is here: they go when somebody looks, and with whoever signs out. */
import type { PortalSession } from '../replica/portal-session.ts'
import { clearNotices, forgetPush } from './this-device.ts'

export function keepNotices(session: Pick<PortalSession, 'session$'>): void {
  let before: string | undefined
  session.session$.subscribe(({ state }) => {
    if (state === before) return
    before = state
    // Signed out, or wiped.
    if (state === 'empty') void forgetPush()
    else if (state === 'open') void clearNotices()
  })
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible' && before === 'open') void clearNotices()
  })
}
