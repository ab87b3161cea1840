/** Ends the session of a refresh token; unknown and ended ones are no error. */
import type { Clock } from '../../../shared/kernel/clock.ts'
import type { Caller } from '../../http/route.ts'
import { appendAudit } from '../../platform/audit-store.ts'
import type { Database } from '../../platform/database.ts'
import { auditRow } from './audit.ts'
import { createAuthReader } from './reader.ts'
import type { RefreshTokens } from './refresh-token.ts'
import { createAuthTransactor } from './transactor.ts'

interface Deps {
  readonly database: Database
  readonly refreshTokens: RefreshTokens
  readonly clock: Clock
  /** Called after the end of a session is durable. */
  readonly onSessionEnd: (sessionId: string) => void
}

export const createLogout =
  ({ database, refreshTokens, clock, onSessionEnd }: Deps) =>
  async (token: string | undefined, caller: Caller): Promise<void> => {
    const parsed = token === undefined ? undefined : refreshTokens.parse(token)
    if (parsed === undefined) return
    const { sessionId } = parsed
    await database.transaction(async (tx) => {
      const now = clock.now()
      const session = await createAuthReader(tx).session(sessionId)
      if (session === undefined) return
      if (!(await createAuthTransactor(tx).revokeSession(sessionId, 'logout', now))) return
      const account = { ...session, id: session.accountId }
      const { deviceId } = session
      await appendAudit(tx, [auditRow(caller, now, { action: 'auth.logout', account, deviceId })])
    })
    onSessionEnd(sessionId)
  }
