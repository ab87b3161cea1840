/**
 * Keeps the app's own files on the device, so that it opens with no network and no server. Only shell files are ever
 * stored, and only byte for byte as they were built, whatever a network answers in the server's place (replica SPEC,
 * R28); nothing below /api is cached, matched or answered here. A new version waits until the page says that every
 * draft of every tab is on disk (register-service-worker.ts); it never takes over by itself.
 */

import { clientsClaim } from 'workbox-core'
import {
  cleanupOutdatedCaches,
  createHandlerBoundToURL,
  type PrecacheEntry,
  precacheAndRoute,
} from 'workbox-precaching'
import { NavigationRoute, registerRoute } from 'workbox-routing'
import { allowCamera } from './allow-camera.ts'
import { keepWhenAsked } from './keep-when-asked.ts'
import { showNotices } from './show-notices.ts'

declare const self: ServiceWorkerGlobalScope & {
  readonly __WB_MANIFEST: (string | PrecacheEntry)[]
}

const files = self.__WB_MANIFEST
/** What shows a PDF, a megabyte; and the pages of staff, who have no replica and need the clinic anyway. */
const isForFew = (file: (typeof files)[number]) =>
  /assets\/(pdf-|staff[-.])/.test(typeof file === 'string' ? file : file.url)
precacheAndRoute(
  files.filter((file) => !isForFew(file)),
  { cleanURLs: false },
)
keepWhenAsked(files.filter(isForFew))
cleanupOutdatedCaches()
const page = createHandlerBoundToURL('/index.html')
registerRoute(
  new NavigationRoute(async (asked) => allowCamera(await page(asked)), { allowlist: [/^\/kiosk\/?(\?|$)/] }),
)
registerRoute(new NavigationRoute(page, { denylist: [/^\/(api|demo)(\/|$)/] }))
// Claims pages of the first install only; with an older worker active, activation itself waits for SKIP_WAITING.
clientsClaim()
showNotices()

self.addEventListener('message', (event) => {
  if (event.data === 'activate-update') void self.skipWaiting()
})
