/**
 * A tablet of the waiting room. A page of it lives for one visit: it begins with nothing of before, and is left (not
 * emptied) when the visit ends. SPEC: sync-server/modules/kiosk/SPEC.md, K12.
 */
import { i18n } from '@lingui/core'
import { I18nProvider } from '@lingui/react'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot, type Root } from 'react-dom/client'
import { filter, firstValueFrom } from 'rxjs'
import { preferredLanguage } from '../../shared/domains/profile/preferences.ts'
import { currentAppearance, LANGUAGES, wear, wearOnce } from '../appearance/appearance.ts'
import { activateLanguage } from '../appearance/language.ts'
import { createOpenDrafts, OpenDraftsProvider } from '../drafts/open-drafts.tsx'
import { KioskApp, useTabletView } from '../features/kiosk/kiosk-app.tsx'
import { VisitFrame } from '../features/kiosk/visit-frame.tsx'
import { holdBack } from '../kiosk/hold-back.ts'
import { startTablet, type Tablet } from '../kiosk/tablet.ts'
import type { OpenedVisit } from '../kiosk/tablet-port.ts'
import { openVisitDatabase } from '../kiosk/visit-database.ts'
import { createVisitSession } from '../kiosk/visit-session.ts'
import { SessionProvider } from '../replica/session-context.tsx'
import { fillInNothing } from '../ui/sealed-auto-complete.ts'
import { createKioskRouter } from './kiosk-router.tsx'
import { registerServiceWorker } from './register-service-worker.ts'

const HOME = '/kiosk'
const AFTER = 'kiosk.after'
type After = 'parked' | 'finished' | 'idle'

const hide = () => {
  document.documentElement.hidden = true
}

function leave(how: After): void {
  sessionStorage.setItem(AFTER, how)
  hide()
  location.replace(HOME)
}

/** How the page before ended; once. */
function takeAfter(): After | null {
  const after = sessionStorage.getItem(AFTER)
  sessionStorage.clear()
  return after === 'parked' || after === 'finished' || after === 'idle' ? after : null
}

/** A code for adding a tablet stands behind `#`, and is nobody's to find afterwards. */
function takeEnrolCode(): string {
  const [, code = ''] = /^#enrol=([\w-]{1,20})$/.exec(location.hash) ?? []
  if (location.hash !== '') history.replaceState(null, '', HOME)
  return code
}

function guardPage(): void {
  // Where the browser keeps a page for the way back, it keeps what was on it.
  addEventListener('pagehide', hide)
  addEventListener('pageshow', ({ persisted }) => persisted && location.reload())
  addEventListener('contextmenu', (event) => event.preventDefault())
  addEventListener('dragstart', (event) => event.preventDefault())
  addEventListener('beforeprint', hide)
  addEventListener('afterprint', () => {
    document.documentElement.hidden = false
  })
}

/** What is not the app's own files: nothing else is ever kept, and if it is, it goes. */
const clearCaches = async () => {
  for (const name of await caches.keys()) if (!name.startsWith('workbox-precache')) await caches.delete(name)
}

export async function startKiosk(): Promise<void> {
  const place = document.getElementById('portal')
  if (place === null) throw new Error('The page has no place for the portal.')
  guardPage()
  fillInNothing()
  const after = takeAfter()
  const enrolCode = takeEnrolCode()
  let visiting = false
  const update = registerServiceWorker({ save: async () => !visiting })
  update.onReady(() => void (visiting || update.take()))
  await clearCaches().catch(() => {})
  const chosen = currentAppearance()
  // Who was here before chose for themselves, and still reads what to do with the tablet.
  if (after !== null) await wear({ textSize: 'normal', language: preferredLanguage(navigator.languages) })
  await activateLanguage(currentAppearance().language ?? preferredLanguage(navigator.languages))
  const first = i18n.locale
  if (after === 'parked' || after === 'finished') await wearOnce(chosen)
  const tablet = startTablet()
  let goBack = () => {}
  // A browser that is none yet goes where it wants.
  firstValueFrom(tablet.view$.pipe(filter(({ state }) => state === 'ready'))).then(
    () => holdBack(() => goBack()),
    () => {},
  )
  const root = createRoot(place)
  const open = async (visit: OpenedVisit) => {
    visiting = true
    const language = LANGUAGES.find((one) => one === visit.language)
    // Chosen on the first screen it stays; else it is what the front desk said.
    if (language !== undefined && i18n.locale === first) await wear({ language })
    const { history: screens } = await renderVisit(root, tablet, visit)
    goBack = () => screens.canGoBack() && screens.back()
  }
  root.render(
    <StrictMode>
      <I18nProvider i18n={i18n}>
        <KioskApp
          tablet={tablet}
          after={after === 'idle' ? null : after}
          enrolCode={enrolCode}
          onOpened={(visit) => void open(visit)}
          onExit={() => location.replace('about:blank')}
          onIdle={() => leave('idle')}
        />
      </I18nProvider>
    </StrictMode>,
  )
}

type KioskRouter = ReturnType<typeof createKioskRouter>

function Visit({ tablet, router }: { tablet: Tablet; router: KioskRouter }) {
  const view = useTabletView(tablet)
  return (
    <VisitFrame tablet={tablet} view={view} leave={leave}>
      <RouterProvider router={router as never} />
    </VisitFrame>
  )
}

async function renderVisit(root: Root, tablet: Tablet, visit: OpenedVisit): Promise<KioskRouter> {
  const { phone } = tablet.view$.value
  const replica = await openVisitDatabase(visit, { phone }, tablet.keep)
  const session = createVisitSession(replica, tablet)
  const drafts = createOpenDrafts()
  const router = createKioskRouter()
  root.render(
    <StrictMode>
      <I18nProvider i18n={i18n}>
        <SessionProvider session={session}>
          <OpenDraftsProvider drafts={drafts}>
            <Visit tablet={tablet} router={router} />
          </OpenDraftsProvider>
        </SessionProvider>
      </I18nProvider>
    </StrictMode>,
  )
  return router
}
