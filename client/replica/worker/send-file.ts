/** Sends one file to the clinic, part by part, from where the server says that it stopped. SPEC: client/replica/SPEC.md, R54. */
import { type Http, type HttpAnswer, problemCode } from '../../transport/http.ts'
import type { FileOf } from '../file-views.ts'
import { requestAuthorized } from './authorized-request.ts'
import { FILE_PATHS } from './fetch-file.ts'
import type { ServerSession } from './server-session.ts'

export interface Announced {
  readonly id: string
  readonly name: string
  readonly bytes: number
  readonly sha256: string
  /** The form whose question it answers; absent: it is for a message. */
  readonly draft?: string
}
/** `passing`: the same again may succeed. `refused`: the clinic does not take it, whatever is tried. */
export type SendTrouble = 'passing' | 'refused'

const FINAL = new Set<string | null>([
  'invalid_document',
  'invalid_message',
  'too_large',
  'not_permitted',
  'already_exists',
])
const troubleOf = (answer: HttpAnswer): SendTrouble =>
  FINAL.has(problemCode(answer)) ? 'refused' : 'passing'

interface Place {
  readonly of: FileOf
  readonly id: string
  readonly below?: string
}

export function createFileSend(server: ServerSession, http: Http, client: string) {
  const ask = async (
    method: string,
    { of, id, below = '' }: Place,
    more: { body?: unknown; bytes?: Uint8Array<ArrayBuffer> } = {},
  ): Promise<HttpAnswer> => {
    const path = `/api/v1/portal/${FILE_PATHS[of]}/${id}${below}?client=${client}`
    const answer = await requestAuthorized(server, http, { method, path, ...more })
    return answer === 'expired' ? { status: 401, body: null } : answer
  }
  /** -1: it was not taken. */
  const countOf = (answer: HttpAnswer): number => {
    const { received } = Object(answer.body) as Record<string, unknown>
    return answer.status === 200 && typeof received === 'number' ? received : -1
  }
  return {
    /** `part`: undefined where it is not here any more. `onSent`: so many parts are there. */
    async send(
      { id, ...announced }: Announced,
      part: (n: number) => Promise<Uint8Array<ArrayBuffer> | undefined>,
      parts: number,
      onSent: (count: number) => void,
    ): Promise<SendTrouble | null> {
      const place: Place = { id, of: announced.draft === undefined ? 'message' : 'answer' }
      let answer = await ask('PUT', place, { body: announced })
      // Nobody may send to this record any more: what is said with it is refused the same way.
      if (problemCode(answer) === 'not_found') return 'refused'
      let count = countOf(answer)
      while (count >= 0 && count < parts) {
        onSent(count)
        const bytes = await part(count)
        if (bytes === undefined) return 'refused'
        answer = await ask('PUT', { ...place, below: `/parts/${count}` }, { bytes })
        count = countOf(answer)
      }
      if (count < 0) return troubleOf(answer)
      onSent(parts)
      const finished = await ask('POST', { ...place, below: '/finish' })
      return finished.status === 200 ? null : troubleOf(finished)
    },
    /** False: it may be there still. What no message comes for goes by itself after a while. */
    async takeBack(id: string, of: FileOf): Promise<boolean> {
      const answer = await ask('DELETE', { id, of })
      return answer.status === 204 || problemCode(answer) === 'not_found'
    },
  }
}
export type FileSend = ReturnType<typeof createFileSend>
