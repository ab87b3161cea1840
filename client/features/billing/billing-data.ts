/** What the pages of billing ask the server, checked at the edge. Paying is asked live or not at all. */
import { preferredLanguage } from '../../../shared/domains/profile/preferences.ts'

export interface SavedMethod {
  readonly id: string
  readonly label: string
  readonly expires?: { readonly month: number; readonly year: number }
}
export interface Methods {
  readonly online: boolean
  readonly demo: boolean
  readonly items: readonly SavedMethod[]
}
export interface Begun {
  readonly id: string
  readonly status: 'pending' | 'succeeded' | 'failed'
  readonly url?: string
}

const object = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}

/** Null for what is no such answer. */
export function readMethods(body: unknown): Methods | null {
  const { online, demo, items } = object(body)
  if (!Array.isArray(items)) return null
  return {
    online: online === true,
    demo: demo === true,
    items: items.map(object).map(({ id, label, expires }) => {
      const { month, year } = object(expires)
      return {
        id: String(id),
        label: String(label),
        ...(typeof month === 'number' && typeof year === 'number' && { expires: { month, year } }),
      }
    }),
  }
}

export function readBegun(body: unknown): Begun | null {
  const { id, status, url } = object(body)
  if (typeof id !== 'string' || (status !== 'pending' && status !== 'succeeded' && status !== 'failed'))
    return null
  return { id, status, ...(typeof url === 'string' && { url }) }
}
export const readPlace = (body: unknown): string | null => {
  const { url } = object(body)
  return typeof url === 'string' ? url : null
}
export const codeOf = (body: unknown): string => String(object(body).code ?? '')

const base = '/api/v1/portal/billing'
const of = (client: string | undefined) =>
  client === undefined ? '' : `?client=${encodeURIComponent(client)}`
export const methodsPath = `${base}/methods`
export const methodPath = (id: string) => `${methodsPath}/${encodeURIComponent(id)}`
export const payPath = (client: string | undefined) => `${base}/payment${of(client)}`
export const checkPath = (client: string | undefined, id: string) =>
  `${base}/payments/${encodeURIComponent(id)}/check${of(client)}`
export const paperPath = (
  kind: 'statements' | 'payments',
  id: string,
  { client, language }: { readonly client: string | undefined; readonly language: string },
) => {
  const query = new URLSearchParams({ language: preferredLanguage([language]) })
  if (client !== undefined) query.set('client', client)
  return `${base}/${kind}/${encodeURIComponent(id)}/${kind === 'statements' ? 'pdf' : 'receipt'}?${query}`
}

/**
 * Leaves the portal for the payment page, over https. The demo's page is our own server's: it is taken at the address under
 * which that server is reached here, whatever it calls itself.
 */
export function leaveFor(
  url: string,
  location: Pick<Location, 'origin' | 'assign'> = window.location,
): boolean {
  const place = URL.canParse(url) ? new URL(url) : undefined
  if (place === undefined || !/^https?:$/.test(place.protocol)) return false
  const isDemo = place.pathname.startsWith('/demo/')
  if (place.protocol !== 'https:' && !isDemo) return false
  location.assign(isDemo ? `${location.origin}${place.pathname}` : url)
  return true
}
