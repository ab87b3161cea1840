/** REST with the session's token; one more attempt with a fresh one where the server refuses it. */
import type { Http, HttpAnswer } from '../../transport/http.ts'
import type { ServerSession } from './server-session.ts'

export async function requestAuthorized(
  server: ServerSession,
  http: Http,
  { method, path, body, file = false }: { method: string; path: string; body?: unknown; file?: boolean },
): Promise<HttpAnswer | 'expired'> {
  // The token is for our own server only.
  if (!path.startsWith('/api/')) throw new Error('only paths below /api/')
  const ask = async (): Promise<HttpAnswer | 'expired'> => {
    const token = await server.token()
    if (token.ok) return http({ method, path, token: token.token, file, ...(body !== undefined && { body }) })
    if (token.reason === 'expired' || token.reason === 'revoked') return 'expired'
    return { status: 0, body: null, why: token.reason }
  }
  const answer = await ask()
  if (answer === 'expired' || answer.status !== 401) return answer
  server.rejectToken()
  return ask()
}
