/** Ends the session of a refresh token, for the device whose session it is; unknown and ended ones are no error. */
import type { Clock } from '../../../shared/kernel/clock.ts'
import type { Caller } from '../../http/route.ts'
import { appendAudit } from '../../platform/audit-store.ts'
import type { Database } from '../../platform/database.ts'
import type { DeviceKey } from '../../platform/possession.ts'
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
  async (token: string | undefined, key: DeviceKey, caller: Caller): Promise<void> => {
    const parsed = token === undefined ? undefined : refreshTokens.parse(token)
    if (parsed === undefined) return
    const { sessionId } = parsed
    const isEnded = await database.transaction(async (tx) => {
      const now = clock.now()
      const session = await createAuthReader(tx).session(sessionId)
      if (session === undefined || session.keyPoint !== key.point) return false
      if (!(await createAuthTransactor(tx).revokeSession(sessionId, 'logout', now))) return false
      const account = { ...session, id: session.accountId }
      const { deviceId } = session
      await appendAudit(tx, [auditRow(caller, now, { action: 'auth.logout', account, deviceId })])
      return true
    })
    if (isEnded) onSessionEnd(sessionId)
  }
