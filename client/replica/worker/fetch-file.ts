/** Fetches the content of a document, of what came with a message, or of an answer: asks for a link, then for the bytes, from the part on that is missing. */

import type { Http } from '../../transport/http.ts'
import type { FileAnswer, FileOf, FileTrouble } from '../file-views.ts'
import { requestAuthorized } from './authorized-request.ts'
import { sha256 } from './file-parts.ts'
import type { ServerSession } from './server-session.ts'

export interface FoundFile {
  readonly url: string
  readonly bytes: number
  readonly type: string
  readonly sha256: string
  readonly name: string
}
export type Fetched<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly reason: FileTrouble }

/** Where the clinic has them. */
export const FILE_PATHS: Readonly<Record<FileOf | 'document', string>> = {
  document: 'documents',
  message: 'attachments',
  answer: 'answer-files',
}

/** A slow line carries 20 MB in so long. */
const LONGEST_MS = 60 * 60_000

const troubleOf = (status: number): FileTrouble => {
  if (status === 0) return 'offline'
  return status === 404 ? 'gone' : 'unavailable'
}

export function createFileFetch(server: ServerSession, http: Http) {
  return {
    /** `path`: of the route that gives a link. */
    async find(path: string): Promise<Fetched<FoundFile>> {
      const answer = await requestAuthorized(server, http, { method: 'GET', path })
      if (answer === 'expired') return { ok: false, reason: 'unavailable' }
      const { url, bytes, mimeType, sha256, fileName } = Object(answer.body) as Record<string, unknown>
      if (answer.status !== 200 || typeof url !== 'string' || typeof bytes !== 'number')
        return { ok: false, reason: troubleOf(answer.status === 200 ? 500 : answer.status) }
      return {
        ok: true,
        value: { url, bytes, type: String(mimeType), sha256: String(sha256), name: String(fileName) },
      }
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

/** The whole of it, kept nowhere. */
export async function readWhole(fetch: FileFetch, path: string): Promise<FileAnswer> {
  const found = await fetch.find(path)
  if (!found.ok) return found
  const { bytes, type, sha256: expected, url, name } = found.value
  const whole = new Uint8Array(bytes)
  let at = 0
  const done = await fetch.read(url, 0, async (came) => {
    whole.set(came.subarray(0, bytes - at), at)
    at += came.length
  })
  if (!done.ok) return done
  return at === bytes && (await sha256(whole)) === expected
    ? { ok: true, bytes: whole, type, name }
    : { ok: false, reason: 'broken' }
}
