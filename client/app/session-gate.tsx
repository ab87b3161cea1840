/**
 * What a page may show depends on the session alone: nobody has signed in here, the replica is locked, or it is open.
 * Locking takes everything below out of the document. Client pages and staff pages never load each other's code.
 */
import { useRouter } from '@tanstack/react-router'
import { lazy, type ReactNode, Suspense, useEffect, useRef } from 'react'
import { SignInPage } from '../features/sign-in/sign-in-page.tsx'
import { useSessionView } from '../replica/session-context.tsx'
import { Opening } from '../ui/opening.tsx'

const loadUnlockPage = () => import('../features/sign-in/unlock-page.tsx')
const UnlockPage = lazy(loadUnlockPage)
const UnreadablePage = lazy(() => import('../features/sign-in/unreadable-page.tsx'))
const WrongDoor = lazy(() => import('./wrong-door.tsx'))

/** No address of a form stays in the address bar of a locked screen; unlocking goes back there. */
function useForgetPlaceOnLock(state: string): void {
  const router = useRouter()
  const before = useRef(state)
  useEffect(() => {
    if (before.current === 'open' && state !== 'open') void router.navigate({ to: '/', replace: true })
    before.current = state
  }, [state, router])
}

/**
 * Pages that come next, read ahead: the one to unlock while the worker starts, where somebody has been here before (its
 * files are on the device then), and what opens after it once that has been drawn.
 */
function useNextPage(audience: 'client' | 'staff', state: string): void {
  useEffect(() => {
    if (audience === 'staff') return
    if (state === 'starting' && navigator.serviceWorker?.controller) loadUnlockPage().catch(() => {})
    if (state !== 'locked') return
    const timer = setTimeout(
      () => void import('../features/dashboard/dashboard-page.tsx').catch(() => {}),
      DRAWN_MS,
    )
    return () => clearTimeout(timer)
  }, [audience, state])
}
/** By then a slow device has drawn the page; nobody has typed a password. */
const DRAWN_MS = 1_000

export function SessionGate({ audience, children }: { audience: 'client' | 'staff'; children: ReactNode }) {
  const view = useSessionView()
  useForgetPlaceOnLock(view.state)
  useNextPage(audience, view.state)
  if (view.state === 'starting') return <Opening />
  const content = () => {
    if (view.state === 'empty') return <SignInPage audience={audience} />
    if (view.state === 'unreadable') return <UnreadablePage />
    // Staff who come to a device with a client's locked replica sign in beside it; the replica stays sealed.
    if (view.state === 'locked')
      return audience === 'client' ? <UnlockPage /> : <SignInPage audience="staff" />
    const right = audience === 'client' ? view.state === 'open' : view.state === 'staff'
    return right ? children : <WrongDoor audience={audience} />
  }
  return <Suspense fallback={<Opening />}>{content()}</Suspense>
}
