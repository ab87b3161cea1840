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
import { ACCESS_TOKEN_SECONDS, type AccessTokens } from '../../platform/access-token.ts'
import { appendAudit } from '../../platform/audit-store.ts'
import type { Transaction } from '../../platform/database.ts'
import { auditRow } from './audit.ts'
import { createAuthReader, type StoredAccount } from './reader.ts'
import type { RefreshTokens } from './refresh-token.ts'
import type { SignedIn, SigningDevice } from './sign-in.ts'
import { createAuthTransactor } from './transactor.ts'

interface Deps {
  readonly tokens: AccessTokens
  readonly refreshTokens: RefreshTokens
  readonly clock: Clock
}
export type SessionIdentity = Pick<
  StoredSession,
  'accountId' | 'sessionId' | 'deviceId' | 'role' | 'name' | 'email' | 'clientId'
>
export type SessionIssuer = ReturnType<typeof createSessionIssuer>

export const SESSION_SECONDS = 12 * 3600

const revokedDevice = refusal('device_revoked', 'This device was signed out remotely.')
const foreignDevice = refusal('not_permitted', 'This installation of the app belongs to another account.')

export function createSessionIssuer({ tokens, refreshTokens, clock }: Deps) {
  /** What the device is given: at sign-in, and again at every refresh. */
  const grant = async (session: SessionIdentity, generation: number): Promise<SignedIn> => {
    const own = session.clientId === null ? {} : { clientId: session.clientId }
    const { accountId, sessionId, deviceId, role, name, email } = session
    const audience = role === 'client' || role === 'proxy' ? 'portal' : 'staff'
    return {
      accessToken: await tokens.sign(audience, { accountId, sessionId, deviceId }),
      expiresIn: ACCESS_TOKEN_SECONDS,
      account: { id: accountId, role, name, email, ...own },
      refreshToken: refreshTokens.issue(sessionId, generation),
    }
  }

  /** The device proved who it is: it may hand in what it had not sent, and nothing else. */
  const refuseRevoked = async (
    accountId: string,
    deviceId: string,
    role: string,
  ): Promise<DelayedRefusal> => {
    if (role !== 'client' && role !== 'proxy') return revokedDevice
    const claims = { accountId, deviceId, sessionId: randomUUID() }
    return { ...revokedDevice, lastPush: await tokens.sign('last-push', claims) }
  }

  /** A session for an account that proved itself, on a device that may be new. */
  const open = async (
    tx: Transaction,
    account: StoredAccount,
    device: SigningDevice,
    caller: Caller,
  ): Promise<Result<SignedIn, DelayedRefusal>> => {
    const now = clock.now()
    const transactor = createAuthTransactor(tx)
    const audit = (reason?: string) =>
      appendAudit(tx, [
        auditRow(caller, now, {
          action: 'auth.login',
          account,
          ...(reason === undefined ? { deviceId: device.id } : { reason }),
        }),
      ])
    const known = await createAuthReader(tx).device(device.id)
    if (known !== undefined && known.accountId !== account.id) {
      await audit(foreignDevice.code)
      return err(foreignDevice)
    }
    if (known !== undefined && known.revokedAt !== null) {
      await audit(revokedDevice.code)
      return err(await refuseRevoked(account.id, device.id, account.role))
    }
    const { id: accountId, clientId } = account
    const saved = { ...device, accountId, clientId, userAgent: caller.userAgent, now }
    if (!(await transactor.saveDevice(saved))) return err(foreignDevice)
    const sessionId = randomUUID()
    await transactor.createSession({
      id: sessionId,
      accountId,
      deviceId: device.id,
      refreshHash: refreshTokens.hash(refreshTokens.issue(sessionId, 1)),
      now,
      expiresAt: now + SESSION_SECONDS * 1000,
    })
    await audit()
    return ok(await grant({ ...account, accountId, sessionId, deviceId: device.id }, 1))
  }

  return { open, grant, refuseRevoked }
}
