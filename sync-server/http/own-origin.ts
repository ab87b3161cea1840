/**
 * Is a request from our own pages? Asked where a cookie or a socket could be driven by somebody else's page. A request
 * without `Origin` comes from no page at all (tests, machines) and carries no cookie of a browser.
 */
import type { IncomingHttpHeaders } from 'node:http'

export type IsOwnOrigin = (headers: IncomingHttpHeaders) => boolean

/** `origin`: where the server is published; undefined: wherever the request was addressed to (development). */
export function createIsOwnOrigin(origin: string | undefined): IsOwnOrigin {
  return (headers) => {
    const site = headers['sec-fetch-site']
    if (site !== undefined && site !== 'same-origin' && site !== 'none') return false
    if (headers.origin === undefined) return true
    if (origin !== undefined) return headers.origin === origin
    return URL.canParse(headers.origin) && new URL(headers.origin).host === headers.host
  }
}
