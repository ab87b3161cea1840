/**
 * Registers the service worker, and offers a new version when one is ready. It is taken only when the client says so,
 * after every draft is on disk: never by itself, never under somebody who is typing.
 */
export interface AppUpdate {
  /** Called once a new version waits. Returns how to stop listening. */
  onReady(listener: () => void): () => void
  /** Switches to the new version: the page reloads. Call only when nothing is unsaved. */
  take(): void
}

const CHECK_EVERY_MS = 60 * 60 * 1_000

interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL(url: string): string },
  ): { createScriptURL(url: string): string }
}

/** Under Trusted Types a script address must come from a named policy; this one knows a single address. */
function serviceWorkerAddress(): string {
  const address = '/service-worker.js'
  const trustedTypes = (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes
  if (trustedTypes === undefined) return address
  return trustedTypes
    .createPolicy('portal-service-worker', { createScriptURL: () => address })
    .createScriptURL('')
}

export function registerServiceWorker(): AppUpdate {
  const listeners = new Set<() => void>()
  let waiting: ServiceWorker | null = null
  let taking = false
  const ready = (worker: ServiceWorker | null) => {
    // Without a controller this is the first installation, and there is nothing to update from.
    if (worker === null || navigator.serviceWorker.controller === null) return
    waiting = worker
    for (const listener of listeners) listener()
  }

  if ('serviceWorker' in navigator && import.meta.env.PROD) {
    navigator.serviceWorker.register(serviceWorkerAddress(), { type: 'module', scope: '/' }).then(
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
    navigator.serviceWorker.addEventListener('controllerchange', () => {
      if (taking) location.reload()
    })
  }

  return {
    onReady(listener) {
      listeners.add(listener)
      if (waiting !== null) listener()
      return () => listeners.delete(listener)
    },
    take() {
      taking = true
      waiting?.postMessage('activate-update')
    },
  }
}
