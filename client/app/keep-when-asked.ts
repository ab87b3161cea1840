/**
 * Files of the app that most people never need: fetched when they are asked for first,
 * and kept from then on, only byte for byte as they were built, like all others (replica SPEC, R28).
 */
import type { PrecacheEntry } from 'workbox-precaching'
import { registerRoute } from 'workbox-routing'

const CACHE = 'on-demand'

export function keepWhenAsked(entries: readonly (string | PrecacheEntry)[]): void {
  const known = new Map(
    entries.flatMap((entry) =>
      typeof entry === 'string' || entry.integrity === undefined
        ? []
        : [[new URL(entry.url, location.origin).href, entry.integrity] as const],
    ),
  )
  registerRoute(
    ({ url }) => known.has(url.href),
    async ({ url }) => {
      const cache = await caches.open(CACHE)
      const kept = await cache.match(url.href)
      if (kept !== undefined) return kept
      const response = await fetch(url.href, {
        integrity: known.get(url.href) ?? '',
        credentials: 'same-origin',
      })
      if (response.ok) await cache.put(url.href, response.clone())
      // Those of builds before this one.
      for (const { url: old } of await cache.keys()) if (!known.has(old)) await cache.delete(old)
      return response
    },
  )
}
