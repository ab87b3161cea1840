/**
 * An account's devices: listed, signed out, and wiped from afar, by their owner or by staff for a client. Signing out ends
 * the sessions and leaves what the device holds sealed on it; wiping also tells it to destroy that at its next contact.
 */
import type { Clock } from '../../../shared/kernel/clock.ts'
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import { type Refusal, refusal } from '../../../shared/protocol/errors.ts'
import type { Caller } from '../../http/route.ts'
import { appendAudit } from '../../platform/audit-store.ts'
import type { Database, Transaction } from '../../platform/database.ts'
import type { Actor } from '../../replication/actor.ts'
import { type AuthEvent, auditRow } from './audit.ts'
import { createAuthReader, type ListedDevice } from './reader.ts'
import { IDLE_SECONDS } from './session-limits.ts'
import { createAuthTransactor } from './transactor.ts'

interface Deps {
  readonly database: Database
  readonly clock: Clock
  /** Called after the revocation is durable. */
  readonly onDeviceRevoked: (deviceId: string) => void
  /** Called after the end of a session is durable. */
  readonly onSessionEnd: (sessionId: string) => void
}

export type DeviceService = ReturnType<typeof createDeviceService>

/** Devices that were wiped stay listed for so long, with when it was done. */
const LISTED_MS = 30 * 24 * 3_600_000

const noDevice = refusal('not_found', 'There is no such device.')

export function createDeviceService({ database, clock, onDeviceRevoked, onSessionEnd }: Deps) {
  const event = (
    actor: Actor,
    action: AuthEvent['action'],
    part: { deviceId?: string; reason?: string; clientId?: string },
  ): AuthEvent => {
    const clientId = part.clientId ?? actor.ownClientId ?? null
    const { deviceId, reason } = part
    return {
      action,
      account: { id: actor.accountId, role: actor.role, clientId, practiceId: actor.practiceId },
      ...(deviceId === undefined ? {} : { deviceId }),
      ...(reason === undefined ? {} : { reason }),
    }
  }
  const listed = (accountId: string) =>
    createAuthReader(database.prisma).devicesOf(accountId, {
      now: clock.now(),
      revokedSince: clock.now() - LISTED_MS,
      activeSince: clock.now() - IDLE_SECONDS * 1000,
    })

  /** Of one account: whoever asks for another's device learns nothing. `act`: false when it is not this account's. */
  const change = async (
    asked: { actor: Actor; accountId: string; deviceId: string; clientId?: string },
    action: AuthEvent['action'],
    caller: Caller,
    act: (tx: Transaction, now: number) => Promise<boolean>,
  ): Promise<Result<null, Refusal>> => {
    const now = clock.now()
    const { actor, deviceId, clientId } = asked
    const isDone = await database.transaction(async (tx) => {
      const own = await act(tx, now)
      const part = { deviceId, ...(clientId && { clientId }), ...(!own && { reason: 'not_found' }) }
      await appendAudit(tx, [auditRow(caller, now, event(actor, action, part))])
      return own
    })
    return isDone ? ok(null) : err(noDevice)
  }

  const wipe = async (
    asked: { actor: Actor; accountId: string; deviceId: string; clientId?: string },
    caller: Caller,
  ): Promise<Result<null, Refusal>> => {
    const { accountId, deviceId } = asked
    const result = await change(asked, 'auth.device-revoked', caller, (tx, now) =>
      createAuthTransactor(tx).revokeDevice(deviceId, accountId, now),
    )
    if (result.ok) onDeviceRevoked(deviceId)
    return result
  }

  const endSessions = async (
    tx: Transaction,
    of: { accountId: string; deviceId?: string; exceptDevice?: string },
    now: number,
    ended: string[],
  ) => {
    ended.push(...(await createAuthTransactor(tx).endSessions(of, 'signed_out_remotely', now)))
  }

  return {
    list: (actor: Actor): Promise<ListedDevice[]> => listed(actor.accountId),
    /** The devices of a client's own account; the caller has checked that `actor` may see this client. */
    async listOfClient(clientId: string): Promise<ListedDevice[]> {
      const account = await createAuthReader(database.prisma).accountOfClient(clientId)
      return account === undefined ? [] : listed(account)
    },

    wipe: (actor: Actor, deviceId: string, caller: Caller) =>
      wipe({ actor, accountId: actor.accountId, deviceId }, caller),
    async wipeOfClient(actor: Actor, clientId: string, deviceId: string, caller: Caller) {
      const accountId = await createAuthReader(database.prisma).accountOfClient(clientId)
      return accountId === undefined ? err(noDevice) : wipe({ actor, accountId, deviceId, clientId }, caller)
    },

    async signOut(actor: Actor, deviceId: string, caller: Caller): Promise<Result<null, Refusal>> {
      const { accountId } = actor
      const ended: string[] = []
      const asked = { actor, accountId, deviceId }
      const result = await change(asked, 'auth.device-signed-out', caller, async (tx, now) => {
        const device = await createAuthReader(tx).device(deviceId)
        if (device === undefined || device.accountId !== accountId) return false
        await endSessions(tx, { accountId, deviceId }, now, ended)
        return true
      })
      for (const session of ended) onSessionEnd(session)
      return result
    },

    async signOutOthers(actor: Actor, caller: Caller): Promise<void> {
      const now = clock.now()
      const { accountId, deviceId } = actor
      const ended: string[] = []
      await database.transaction(async (tx) => {
        await endSessions(tx, { accountId, ...(deviceId && { exceptDevice: deviceId }) }, now, ended)
        await appendAudit(tx, [auditRow(caller, now, event(actor, 'auth.others-signed-out', {}))])
      })
      for (const session of ended) onSessionEnd(session)
    },

    /** The device says so itself: once is noted, and only of one that was told to. */
    async markWiped(deviceId: string, caller: Caller): Promise<void> {
      const now = clock.now()
      await database.transaction(async (tx) => {
        if (!(await createAuthTransactor(tx).markWiped(deviceId, now))) return
        const owner = await createAuthReader(tx).owner(deviceId)
        if (owner === undefined) return
        const { accountId: id, role, clientId, practiceId } = owner
        const account = { id, role, clientId, practiceId }
        await appendAudit(tx, [auditRow(caller, now, { action: 'auth.device-wiped', account, deviceId })])
      })
    },
  }
}
