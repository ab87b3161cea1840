/**
 * Where sessions come from: somebody proved who they are, and the device they sit at gets a family of refresh tokens
 * and an access token. Every way in ends here (password, reset, registration, a further factor), so that devices are
 * checked and audited alike. SPEC: security.md "Sessions".
 */
import { randomUUID } from 'node:crypto'
import type { Clock } from '../../../shared/kernel/clock.ts'
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import { refusal } from '../../../shared/protocol/errors.ts'
import type { StoredSession } from '../../http/authenticate.ts'
import type { DelayedRefusal } from '../../http/problem.ts'
import type { Caller } from '../../http/route.ts'
import type { AccessTokens } from '../../platform/access-token.ts'
import { appendAudit } from '../../platform/audit-store.ts'
import type { Transaction } from '../../platform/database.ts'
import type { DeviceKey } from '../../platform/possession.ts'
import { thumbprint } from '../../platform/signing-keys.ts'
import type { SocketTickets } from '../../platform/socket-ticket.ts'
import { auditRow } from './audit.ts'
import { createFactorsStore, hasFactor } from './factors/factors-store.ts'
import { createAuthReader, type StoredAccount } from './reader.ts'
import type { RefreshTokens } from './refresh-token.ts'
import { type Lifetimes, SESSION_SECONDS, tokenSeconds } from './session-limits.ts'
import type { SignedIn, SigningDevice } from './sign-in.ts'
import { createAuthTransactor } from './transactor.ts'

export interface SessionIssuerDeps {
  readonly tokens: AccessTokens
  readonly tickets: SocketTickets
  readonly escrowTickets: SocketTickets
  readonly refreshTokens: RefreshTokens
  readonly clock: Clock
  /** A device that the account was never seen on signs in, and it is not the account's first: in the same transaction. */
  readonly onNewDevice?: ((tx: Transaction, accountId: string, deviceId: string) => Promise<void>) | undefined
}
export type SessionIdentity = Pick<
  StoredSession,
  'accountId' | 'sessionId' | 'deviceId' | 'role' | 'name' | 'email' | 'clientId' | 'enrolling'
> &
  Lifetimes & { readonly keyPoint: string }
export type SessionIssuer = ReturnType<typeof createSessionIssuer>

/** The device asks as soon as it sees that the password does not open what it holds. */
const ESCROW_TICKET_MS = 5 * 60_000

const revokedDevice = refusal('device_revoked', 'This device was signed out remotely.')
const changedMeanwhile = refusal(
  'wrong_credentials',
  'The password was changed at this moment. Sign in with the new one.',
)
const foreignDevice = refusal('not_permitted', 'This installation of the app belongs to another account.')

export function createSessionIssuer(deps: SessionIssuerDeps) {
  const { tokens, tickets, escrowTickets, refreshTokens, clock, onNewDevice } = deps
  /** What the device is given: at sign-in, and again at every refresh. */
  const grant = async (session: SessionIdentity, generation: number): Promise<SignedIn> => {
    const own = session.clientId === null ? {} : { clientId: session.clientId }
    const { accountId, sessionId, deviceId, role, name, email, keyPoint, enrolling } = session
    const [x = '', y = ''] = keyPoint.split('.')
    const now = clock.now()
    const seconds = tokenSeconds(session, now)
    const claims = { accountId, sessionId, deviceId, keyThumbprint: thumbprint({ x, y }) }
    const isClients = role === 'client' || role === 'proxy'
    return {
      accessToken: await tokens.sign(isClients ? 'portal' : 'staff', claims, seconds),
      ...(enrolling && { enrolling }),
      ...(isClients && !enrolling && { socketTicket: tickets.issue(sessionId, now + seconds * 1000) }),
      expiresIn: seconds,
      account: { id: accountId, role, name, email, ...own },
      refreshToken: refreshTokens.issue(sessionId, generation),
    }
  }

  /** The device proved who it is: it may hand in what it had not sent, and nothing else. */
  const refuseRevoked = async (
    { accountId, deviceId, role }: Pick<SessionIdentity, 'accountId' | 'deviceId' | 'role'>,
    key: DeviceKey,
  ): Promise<DelayedRefusal> => {
    if (role !== 'client' && role !== 'proxy') return revokedDevice
    const claims = { accountId, deviceId, sessionId: randomUUID(), keyThumbprint: key.thumbprint }
    return { ...revokedDevice, lastPush: await tokens.sign('last-push', claims) }
  }

  /** A session for an account that proved itself, on a device that may be new. */
  const open = async (
    tx: Transaction,
    account: StoredAccount,
    device: SigningDevice,
    key: DeviceKey,
    caller: Caller,
    shown: { readonly factor: boolean } = { factor: false },
  ): Promise<Result<SignedIn, DelayedRefusal>> => {
    const now = clock.now()
    const { id: accountId, clientId } = account
    const { point: keyPoint } = key
    const transactor = createAuthTransactor(tx)
    const audit = (reason?: string) =>
      appendAudit(tx, [
        auditRow(caller, now, {
          action: 'auth.login',
          account,
          ...(reason === undefined ? { deviceId: device.id } : { reason }),
        }),
      ])
    // It was looked at some time ago: a password is hashed in turn.
    if (!(await transactor.holdAccount(account))) {
      await audit(changedMeanwhile.code)
      return err(changedMeanwhile)
    }
    const known = await createAuthReader(tx).device(device.id)
    if (known !== undefined && known.accountId !== account.id) {
      await audit(foreignDevice.code)
      return err(foreignDevice)
    }
    if (known !== undefined && known.revokedAt !== null) {
      await audit(revokedDevice.code)
      return err(await refuseRevoked({ accountId, deviceId: device.id, role: account.role }, key))
    }
    const saved = { ...device, ...caller, accountId, clientId, keyPoint, now }
    if (!(await transactor.saveDevice(saved))) {
      await audit(foreignDevice.code)
      return err(foreignDevice)
    }
    const sessionId = randomUUID()
    const expiresAt = now + SESSION_SECONDS * 1000
    const standing = await createFactorsStore(tx).standing(accountId)
    const enrolling = standing.required && !hasFactor(standing)
    await transactor.createSession({
      id: sessionId,
      accountId,
      deviceId: device.id,
      refreshHash: refreshTokens.hash(refreshTokens.issue(sessionId, 1)),
      keyPoint,
      now,
      expiresAt,
      factorAt: shown.factor ? now : null,
      enrolling,
    })
    await audit()
    if (known === undefined && (await createAuthReader(tx).hasOtherDevice(accountId, device.id)))
      await onNewDevice?.(tx, accountId, device.id)
    const identity = { ...account, accountId, sessionId, deviceId: device.id, keyPoint, enrolling }
    const granted = await grant({ ...identity, expiresAt, lastActiveAt: now }, 1)
    if (granted.socketTicket === undefined) return ok(granted)
    return ok({ ...granted, escrowTicket: escrowTickets.issue(sessionId, now + ESCROW_TICKET_MS) })
  }

  return { open, grant, refuseRevoked }
}
