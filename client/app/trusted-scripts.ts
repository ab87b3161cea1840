/**
 * Trusted Types: the page's policy lets no text become a script, a page or the address of one, whoever asks. The
 * addresses that the app itself needs, its own workers and service worker, are the only ones let through.
 */
interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL(address: string): string | null }): unknown
}

const OURS = /^\/(?:service-worker\.js|assets\/(?:worker-entry|kiosk-worker-entry|pdf-worker)-[\w-]+\.js)$/

/** The address as it is, or null: then the browser refuses it. */
export function trustedScript(address: string, page: string): string | null {
  const url = URL.canParse(address, page) ? new URL(address, page) : null
  return url?.origin === new URL(page).origin && OURS.test(url.pathname) && url.search === '' ? address : null
}

/** Before anything else of the page runs. */
export function trustOwnScripts(): void {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes }
  trustedTypes?.createPolicy('default', {
    createScriptURL: (address) => trustedScript(address, location.href),
  })
}
