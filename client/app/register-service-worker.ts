/**
 * Registers the service worker, and offers a new version when one is ready. It is taken only when the client says so,
 * after every draft of every tab is on disk: never by itself, never under somebody who is typing. Then all tabs go over
 * to it together: no tab of the version before works on with data that the new one may have changed.
 */
import { createUpdateAgreement } from './update-agreement.ts'

export interface AppUpdate {
  /** Called once a new version waits. Returns how to stop listening. */
  onReady(listener: () => void): () => void
  /** Switches to the new version: all tabs reload. Nothing happens where something could not be saved. */
  take(): Promise<'taken' | 'unsaved here' | 'unsaved elsewhere'>
}

interface Deps {
  /** True when everything typed in this tab is on the disk. */
  readonly save: () => Promise<boolean>
}

const CHECK_EVERY_MS = 60 * 60 * 1_000
/** Held by every open tab, so that they can be counted. */
const TAB_LOCK = 'portal-tab'

async function otherTabs(): Promise<number> {
  const { held = [] } = (await navigator.locks?.query()) ?? {}
  return Math.max(0, held.filter(({ name }) => name === TAB_LOCK).length - 1)
}

function agreementOf(save: Deps['save']) {
  void navigator.locks?.request(TAB_LOCK, { mode: 'shared' }, () => new Promise(() => {}))
  return createUpdateAgreement({
    channel: new BroadcastChannel('portal-update'),
    save,
    others: otherTabs,
    wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    newQuestion: () => crypto.randomUUID(),
  })
}

export function registerServiceWorker({ save }: Deps): AppUpdate {
  const listeners = new Set<() => void>()
  const agreement = agreementOf(save)
  let waiting: ServiceWorker | null = null
  const tell = () => {
    for (const listener of listeners) listener()
  }
  const ready = (worker: ServiceWorker | null) => {
    // Without a controller this is the first installation, and there is nothing to update from.
    if (worker === null || navigator.serviceWorker.controller === null) return
    waiting = worker
    tell()
  }
  /** The new version is in place, taken here or in another tab. */
  const follow = async () => {
    if (await save()) location.reload()
    // Something here cannot be saved now: the person decides when to go over.
    else tell()
  }

  if ('serviceWorker' in navigator && import.meta.env.PROD) {
    navigator.serviceWorker.register('/service-worker.js', { type: 'module', scope: '/' }).then(
      (registration) => {
        ready(registration.waiting)
        registration.addEventListener('updatefound', () => {
          const installing = registration.installing
          installing?.addEventListener('statechange', () => {
            if (installing.state === 'installed') ready(installing)
          })
        })
        const look = () => void registration.update().catch(() => {})
        setInterval(look, CHECK_EVERY_MS)
        // A phone that slept did not count the hours.
        document.addEventListener('visibilitychange', () => {
          if (document.visibilityState === 'visible') look()
        })
      },
      () => {
        // A private window or a full disk: the app works, only not without a network.
      },
    )
    // The first one to control this page replaces nothing.
    let replaces = navigator.serviceWorker.controller !== null
    navigator.serviceWorker.addEventListener('controllerchange', () => {
      if (replaces) void follow()
      replaces = true
    })
  }

  return {
    onReady(listener) {
      listeners.add(listener)
      if (waiting !== null) listener()
      return () => listeners.delete(listener)
    },
    async take() {
      if (!(await save())) return 'unsaved here'
      if (!(await agreement.ask())) return 'unsaved elsewhere'
      // Already in place where another tab took it.
      if (waiting === null || waiting.state === 'activated') location.reload()
      else waiting.postMessage('activate-update')
      return 'taken'
    },
  }
}
