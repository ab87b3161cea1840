/** The account's devices: listed, and signed out remotely. A revoked device is told to destroy what it holds. */
import type { Clock } from '../../../shared/kernel/clock.ts'
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import { type Refusal, refusal } from '../../../shared/protocol/errors.ts'
import type { Caller } from '../../http/route.ts'
import { appendAudit } from '../../platform/audit-store.ts'
import type { Database } from '../../platform/database.ts'
import type { Actor } from '../../replication/actor.ts'
import { type AuthEvent, auditRow } from './audit.ts'
import { createAuthReader, type StoredDevice } from './reader.ts'
import { createAuthTransactor } from './transactor.ts'

interface Deps {
  readonly database: Database
  readonly clock: Clock
  /** Called after the revocation is durable. */
  readonly onDeviceRevoked: (deviceId: string) => void
}

export type DeviceService = ReturnType<typeof createDeviceService>

export function createDeviceService({ database, clock, onDeviceRevoked }: Deps) {
  const event = (
    actor: Actor,
    action: AuthEvent['action'],
    deviceId: string,
    reason?: string,
  ): AuthEvent => ({
    action,
    account: {
      id: actor.accountId,
      role: actor.role,
      clientId: actor.ownClientId ?? null,
      practiceId: actor.practiceId,
    },
    deviceId,
    ...(reason === undefined ? {} : { reason }),
  })
  return {
    list: (actor: Actor): Promise<StoredDevice[]> =>
      createAuthReader(database.prisma).devicesOf(actor.accountId),

    async revoke(actor: Actor, deviceId: string, caller: Caller): Promise<Result<null, Refusal>> {
      const now = clock.now()
      const revoked = await database.transaction(async (tx) => {
        const own = await createAuthTransactor(tx).revokeDevice(deviceId, actor.accountId, now)
        const reason = own ? undefined : 'not_found'
        await appendAudit(tx, [auditRow(caller, now, event(actor, 'auth.device-revoked', deviceId, reason))])
        return own
      })
      if (!revoked) return err(refusal('not_found', 'There is no such device.'))
      onDeviceRevoked(deviceId)
      return ok(null)
    },

    async markWiped(deviceId: string): Promise<void> {
      await database.transaction((tx) => createAuthTransactor(tx).markWiped(deviceId, clock.now()))
    },
  }
}
