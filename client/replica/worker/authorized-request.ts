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
  if (answer === 'expired' || answer.status !== 401) return answer
  server.rejectToken()
  return ask()
}

/** What the page asks for itself: the same, except that no answer brings it a token or a ticket. */
export async function requestForPage(
  ...given: Parameters<typeof requestAuthorized>
): Promise<HttpAnswer | 'expired'> {
  const answer = await requestAuthorized(...given)
  const brings = (name: string) => answer !== 'expired' && Object.hasOwn(Object(answer.body), name)
  if (SECRET.some(brings)) throw new Error('this answer is not for the page')
  return answer
}
const SECRET = ['accessToken', 'socketTicket', 'escrowTicket', 'lastPush']
