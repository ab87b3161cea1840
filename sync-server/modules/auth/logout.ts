/**
 * Ends the session of a refresh token, for the device whose session it is; unknown and ended ones are no error. Where the
 * one who left says which device they were and the session is another one's, that goes on: SPEC.md, S15.
 */
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

export interface LeavingDevice {
  readonly token: string | undefined
  readonly key: DeviceKey
  /** Who left, as the app says; undefined: whoever's session it is. */
  readonly deviceId: string | undefined
}

export const createLogout =
  ({ database, refreshTokens, clock, onSessionEnd }: Deps) =>
  async (
    { token, key, deviceId }: LeavingDevice,
    caller: Caller,
  ): Promise<'left' | 'another device is signed in'> => {
    const parsed = token === undefined ? undefined : refreshTokens.parse(token)
    if (parsed === undefined) return 'left'
    const { sessionId } = parsed
    const outcome = await database.transaction(async (tx) => {
      const now = clock.now()
      const session = await createAuthReader(tx).session(sessionId)
      if (session === undefined || session.keyPoint !== key.point) return 'nothing to end'
      if (deviceId !== undefined && deviceId !== session.deviceId) return 'another device is signed in'
      if (!(await createAuthTransactor(tx).revokeSession(sessionId, 'logout', now))) return 'nothing to end'
      const account = { ...session, id: session.accountId }
      const row = { action: 'auth.logout', account, deviceId: session.deviceId } as const
      await appendAudit(tx, [auditRow(caller, now, row)])
      return 'ended'
    })
    if (outcome === 'ended') onSessionEnd(sessionId)
    return outcome === 'another device is signed in' ? outcome : 'left'
  }
