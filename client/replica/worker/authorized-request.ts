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
