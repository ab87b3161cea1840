/** Signing in with e-mail and password on a device. */
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import type { DelayedRefusal } from '../../http/problem.ts'
import type { Caller } from '../../http/route.ts'
import type { Database } from '../../platform/database.ts'
import type { PasswordHasher } from '../../platform/password-hasher.ts'
import type { DeviceKey } from '../../platform/possession.ts'
import type { DepartedDevice } from './departed-device.ts'
import type { SessionIssuer } from './issue-session.ts'
import type { PasswordCheck } from './password-check.ts'
import type { StoredAccount } from './reader.ts'
import type { OneMoreFactor, SignIn, SigningDevice } from './sign-in.ts'
import { createAuthTransactor } from './transactor.ts'

export interface LoginInput {
  readonly email: string
  readonly password: string
  readonly device: SigningDevice
}
/** What else this account must show on this device before it is let in; undefined: nothing. */
export type FurtherFactor = (
  account: StoredAccount,
  device: SigningDevice,
  key: DeviceKey,
) => Promise<OneMoreFactor | undefined>

interface Deps {
  readonly database: Database
  readonly checkPassword: PasswordCheck
  readonly issuer: SessionIssuer
  readonly passwords: Pick<PasswordHasher, 'verify'>
  readonly departed: DepartedDevice
  /** Absent: a password is enough for everybody. */
  readonly furtherFactor?: FurtherFactor | undefined
}

export const createLogin =
  ({ database, checkPassword, issuer, passwords, departed, furtherFactor }: Deps) =>
  async (input: LoginInput, key: DeviceKey, caller: Caller): Promise<Result<SignIn, DelayedRefusal>> => {
    const answer: Result<SignIn, DelayedRefusal> = await checkPassword(
      input,
      caller,
      'auth.login',
      async ({ account, throttleKey }) => {
        const needed = await furtherFactor?.(account, input.device, key)
        if (needed !== undefined) return ok({ kind: 'one-more-factor', needed })
        return database.transaction(async (tx): Promise<Result<SignIn, DelayedRefusal>> => {
          const opened = await issuer.open(tx, account, input.device, key, caller)
          if (!opened.ok) return opened
          await createAuthTransactor(tx).clearFailures(throttleKey)
          return ok({ kind: 'signed-in', session: opened.value })
        })
      },
    )
    if (answer.ok || answer.error.code !== 'wrong_credentials') return answer
    const isOwner = ({ passwordHash }: { passwordHash: string }) =>
      passwords.verify(passwordHash, input.password)
    const gone = await departed(input.device.id, key, isOwner)
    return gone === undefined ? answer : err(gone)
  }
