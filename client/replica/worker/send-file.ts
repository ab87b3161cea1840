/** Sends one file to the clinic, part by part, from where the server says that it stopped. SPEC: client/replica/SPEC.md, R54. */
import { type Http, type HttpAnswer, problemCode } from '../../transport/http.ts'
import { requestAuthorized } from './authorized-request.ts'
import type { ServerSession } from './server-session.ts'

export interface Announced {
  readonly id: string
  readonly name: string
  readonly bytes: number
  readonly sha256: string
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

export function createFileSend(server: ServerSession, http: Http, client: string) {
  const ask = async (
    method: string,
    id: string,
    below: string,
    more: { body?: unknown; bytes?: Uint8Array<ArrayBuffer> } = {},
  ): Promise<HttpAnswer> => {
    const path = `/api/v1/portal/attachments/${id}${below}?client=${client}`
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
      let answer = await ask('PUT', id, '', { body: announced })
      // Nobody may send to this record any more: what is said with it is refused the same way.
      if (problemCode(answer) === 'not_found') return 'refused'
      let count = countOf(answer)
      while (count >= 0 && count < parts) {
        onSent(count)
        const bytes = await part(count)
        if (bytes === undefined) return 'refused'
        answer = await ask('PUT', id, `/parts/${count}`, { bytes })
        count = countOf(answer)
      }
      if (count < 0) return troubleOf(answer)
      onSent(parts)
      const finished = await ask('POST', id, '/finish')
      return finished.status === 200 ? null : troubleOf(finished)
    },
    /** Best effort: what no message comes for goes by itself after a while. */
    async takeBack(id: string): Promise<void> {
      await ask('DELETE', id, '')
    },
  }
}
export type FileSend = ReturnType<typeof createFileSend>
