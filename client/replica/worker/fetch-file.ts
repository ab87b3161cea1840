/** Fetches the content of a document, or of what came with a message: asks for a link, then for the bytes, from the part on that is missing. */

import type { Http } from '../../transport/http.ts'
import type { FileTrouble } from '../portal-session.ts'
import { requestAuthorized } from './authorized-request.ts'
import type { ServerSession } from './server-session.ts'

export interface FoundFile {
  readonly url: string
  readonly bytes: number
  readonly type: string
  readonly sha256: string
}
export type Fetched<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly reason: FileTrouble }

/** A slow line carries 20 MB in so long. */
const LONGEST_MS = 60 * 60_000

const troubleOf = (status: number): FileTrouble => {
  if (status === 0) return 'offline'
  return status === 404 ? 'gone' : 'unavailable'
}

export function createFileFetch(server: ServerSession, http: Http, client: string) {
  return {
    /** `of`: `documents/…` or `attachments/…`. */
    async find(of: string): Promise<Fetched<FoundFile>> {
      const path = `/api/v1/portal/${of}/download?client=${client}`
      const answer = await requestAuthorized(server, http, { method: 'GET', path })
      if (answer === 'expired') return { ok: false, reason: 'unavailable' }
      const { url, bytes, mimeType, sha256 } = Object(answer.body) as Record<string, unknown>
      if (answer.status !== 200 || typeof url !== 'string' || typeof bytes !== 'number')
        return { ok: false, reason: troubleOf(answer.status === 200 ? 500 : answer.status) }
      return { ok: true, value: { url, bytes, type: String(mimeType), sha256: String(sha256) } }
    },
    /** What came of it before a line broke has been given to `take` all the same. */
    async read(
      url: string,
      from: number,
      take: (bytes: Uint8Array<ArrayBuffer>) => Promise<void>,
    ): Promise<Fetched<null>> {
      const path = `${url}?from=${from}`
      const asked = { method: 'GET', path, onBytes: take, longestMs: LONGEST_MS }
      const answer = await requestAuthorized(server, http, asked)
      if (answer !== 'expired' && answer.status === 200) return { ok: true, value: null }
      return { ok: false, reason: answer === 'expired' ? 'unavailable' : troubleOf(answer.status) }
    },
  }
}
export type FileFetch = ReturnType<typeof createFileFetch>
