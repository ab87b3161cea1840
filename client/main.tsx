/** Composition root of the page: language, session, screens. The language is loaded while the worker starts. */
import './ui/tokens.css'
import './ui/base.css'
import { preferredLanguage } from '../shared/domains/profile/preferences.ts'
import { clearOnLock, takeLockReason } from './app/clear-on-lock.ts'
import { keepLinkSecret } from './app/link-secret.ts'
import { mountPortal } from './app/mount-portal.tsx'
import { goToTablet } from './app/only-a-tablet.ts'
import { registerServiceWorker } from './app/register-service-worker.ts'
import { trustOwnScripts } from './app/trusted-scripts.ts'
import { currentAppearance, wearKept } from './appearance/appearance.ts'
import { activateLanguage } from './appearance/language.ts'
import { createOpenDrafts } from './drafts/open-drafts.tsx'
import { keepNotices } from './notices/keep-notices.ts'
import { startPortalSession } from './replica/start-session.ts'

keepLinkSecret()
trustOwnScripts()
wearKept()
// A tablet of the waiting room has no session, and no data of anybody's.
// Nothing is awaited at this level: what is imported here may share this very file, and would wait for it in turn.
if (location.pathname.replace(/\/$/, '') === '/kiosk')
  void import('./app/start-kiosk.tsx').then(({ startKiosk }) => startKiosk())
else void startPortal()

async function startPortal(): Promise<void> {
  goToTablet()
  const session = startPortalSession(takeLockReason())
  await activateLanguage(currentAppearance().language ?? preferredLanguage(navigator.languages))
  const drafts = createOpenDrafts()
  clearOnLock(session, drafts)
  keepNotices(session)
  mountPortal({ session, drafts, update: registerServiceWorker({ save: drafts.flushAll }) })
}
