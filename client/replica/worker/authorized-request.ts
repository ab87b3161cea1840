/** REST with the session's token; one more attempt with a fresh one where the server refuses it. */
import type { Http, HttpAnswer, HttpRequest } from '../../transport/http.ts'
import type { ServerSession } from './server-session.ts'

export async function requestAuthorized(
  server: ServerSession,
  http: Http,
  { path, ...rest }: Omit<HttpRequest, 'token' | 'longestMs'>,
): Promise<HttpAnswer | 'expired'> {
  // The token is for our own server only.
  if (!path.startsWith('/api/')) throw new Error('only paths below /api/')
  const ask = async (): Promise<HttpAnswer | 'expired'> => {
    const token = await server.token()
    if (token.ok) return http({ ...rest, path, token: token.token })
    if (token.reason === 'expired' || token.reason === 'revoked') return 'expired'
    return { status: 0, body: null, why: token.reason }
  }
  const answer = await ask()
  if (answer === 'expired') return answer
  // Whoever answers "who is there?" has another session afterwards: the cookie of that one came along.
  const isOthers = answer.status === 204 && path.endsWith('/auth/confirm')
  if (answer.status !== 401 && !isOthers) return answer
  server.rejectToken()
  return isOthers ? answer : ask()
}

/** What the page asks for itself: the same, except that no answer brings it a token or a ticket. */
export async function requestForPage(
  server: ServerSession,
  http: Http,
  { paper, ...asked }: Parameters<typeof requestAuthorized>[2] & { readonly paper?: boolean },
): Promise<HttpAnswer | 'expired'> {
  if (paper) return requestPaper(server, http, asked)
  const answer = await requestAuthorized(server, http, asked)
  const brings = (name: string) => answer !== 'expired' && Object.hasOwn(Object(answer.body), name)
  if (SECRET.some(brings)) throw new Error('this answer is not for the page')
  return answer
}

/** Bytes, whole. */
async function requestPaper(...[server, http, asked]: Parameters<typeof requestAuthorized>) {
  const parts: Uint8Array<ArrayBuffer>[] = []
  const onBytes = async (bytes: Uint8Array<ArrayBuffer>) => void parts.push(bytes)
  const answer = await requestAuthorized(server, http, { ...asked, onBytes })
  if (answer === 'expired' || answer.status !== 200) return answer
  return { ...answer, body: new Uint8Array(await new Blob(parts).arrayBuffer()) }
}
const SECRET = ['accessToken', 'socketTicket', 'escrowTicket', 'lastPush']
