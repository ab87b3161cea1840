/**
 * The secret of a link from a mail stands behind `#`. It is taken out of the address bar before anything else happens
 * on the page, so that it gets into no history, no picture of the screen and no other page, and is kept in this page's
 * memory alone: after a reload the link has to be opened again.
 */
import { useSyncExternalStore } from 'react'

const PLACES = ['/register', '/reset-password', '/confirm-email', '/undo-email', '/accept-access']

let secret: string | null = null
const listeners = new Set<() => void>()

function take(): void {
  const { pathname, search, hash } = location
  if (hash.length < 2 || !PLACES.includes(pathname.replace(/\/$/, ''))) return
  secret = hash.slice(1)
  history.replaceState(history.state, '', pathname + search)
  for (const listener of listeners) listener()
}

/** Call first of all. A second link pasted into the same tab changes only what is behind `#`. */
export function keepLinkSecret(): void {
  take()
  addEventListener('hashchange', take)
}

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** What stood behind `#`, or null. */
export const useLinkSecret = (): string | null => useSyncExternalStore(subscribe, () => secret)
