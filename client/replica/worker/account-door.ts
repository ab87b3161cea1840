/**
 * What somebody without a session may ask of the accounts: these calls and no others, so that the page gets no way to
 * send a request of its own making through the worker. SPEC: sync-server/modules/auth/SPEC-accounts.md.
 */
import type { Http, HttpAnswer } from '../../transport/http.ts'
import type { AccountCall } from '../portal-session.ts'

const BASE = '/api/v1/portal/auth'
const PATHS: Readonly<Record<AccountCall, string>> = {
  'find-record': `${BASE}/register`,
  'prove-by-code': `${BASE}/register/confirm`,
  'prove-by-invitation': `${BASE}/register/invite`,
  'open-account': `${BASE}/register/complete`,
  'join-record': `${BASE}/register/access`,
  'verify-email': `${BASE}/verify-email`,
  'forgot-password': `${BASE}/forgot-password`,
  'reset-password': `${BASE}/reset-password`,
  'confirm-email': `${BASE}/confirm-email`,
  'undo-email': `${BASE}/undo-email`,
}

export async function askAtDoor(
  http: Http,
  { call, body }: { readonly call: AccountCall; readonly body: unknown },
): Promise<HttpAnswer> {
  if (!Object.hasOwn(PATHS, call)) throw new Error('there is no such call')
  return http({ method: 'POST', path: PATHS[call], body })
}
