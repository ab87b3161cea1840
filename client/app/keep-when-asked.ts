/**
 * Files of the app that most people never need: fetched when they are asked for first, and kept from then on, only
 * byte for byte as they were built, like all others (replica SPEC, R28). Who has asked for one gets its successor with
 * each new version, before that version is ready: a kept PDF opens without network after an update too.
 */
import type { PrecacheEntry } from 'workbox-precaching'
import { registerRoute } from 'workbox-routing'

const CACHE = 'on-demand'
declare const self: ServiceWorkerGlobalScope

/** One file through all builds. */
const withoutHash = (href: string): string => href.replace(/-[\w-]{8}(?=\.\w+$)/, '')

export function keepWhenAsked(entries: readonly (string | PrecacheEntry)[]): void {
  const known = new Map(
    entries.flatMap((entry) =>
      typeof entry === 'string' || entry.integrity === undefined
        ? []
        : [[new URL(entry.url, location.origin).href, entry.integrity] as const],
    ),
  )
  const fetched = async (href: string): Promise<Response> => {
    const response = await fetch(href, { integrity: known.get(href) ?? '', credentials: 'same-origin' })
    if (response.ok) await (await caches.open(CACHE)).put(href, response.clone())
    return response
  }
  const renew = async () => {
    const kept = (await (await caches.open(CACHE)).keys()).map(({ url }) => url)
    const used = new Set(kept.map(withoutHash))
    for (const href of known.keys()) {
      if (kept.includes(href) || !used.has(withoutHash(href))) continue
      if (!(await fetched(href)).ok) throw new Error('A file of the new version did not come.')
    }
  }
  self.addEventListener('install', (event) => event.waitUntil(renew()))
  registerRoute(
    ({ url }) => known.has(url.href),
    async ({ url }) => {
      const cache = await caches.open(CACHE)
      const kept = await cache.match(url.href)
      if (kept !== undefined) return kept
      const response = await fetched(url.href)
      // Those of builds before this one.
      for (const { url: old } of await cache.keys()) if (!known.has(old)) await cache.delete(old)
      return response
    },
  )
}
