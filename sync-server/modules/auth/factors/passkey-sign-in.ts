/**
 * Signing in with a passkey alone: it shows possession and, by the device's own check, the person, so nothing else is
 * asked. It is not guessable: a lock after wrong passwords does not keep its owner out. SPEC.md, F7.
 */
import { err, type Result } from '../../../../shared/kernel/result.ts'
import { refusal } from '../../../../shared/protocol/errors.ts'
import type { DelayedRefusal } from '../../../http/problem.ts'
import type { Caller } from '../../../http/route.ts'
import { appendAudit } from '../../../platform/audit-store.ts'
import type { DeviceKey } from '../../../platform/possession.ts'
import { auditRow } from '../audit.ts'
import type { DepartedDevice } from '../departed-device.ts'
import { createAuthReader, type StoredAccount } from '../reader.ts'
import type { PasskeyQuestion, SignedIn, SigningDevice } from '../sign-in.ts'
import { createFactorsStore } from './factors-store.ts'
import type { PasskeyAnswer } from './passkeys.ts'
import type { TwoStepDeps } from './two-step.ts'

const SIGN_IN = { use: 'sign-in', bound: '' } as const

const wrong = refusal(
  'wrong_credentials',
  'This passkey does not open an account here. Use your password, or another passkey.',
)

export function createPasskeySignIn(deps: TwoStepDeps & { readonly departed: DepartedDevice }) {
  const { database, clock, passkeys, issuer, limits } = deps
  return {
    /** Writes nothing, and is the same for everybody. */
    options: async (): Promise<PasskeyQuestion> => ({ ...(await passkeys.requestOptions(SIGN_IN)) }),

    async signIn(
      { answer, device }: { readonly answer: PasskeyAnswer; readonly device: SigningDevice },
      key: DeviceKey,
      caller: Caller,
    ): Promise<Result<SignedIn, DelayedRefusal>> {
      const limited = await limits.signIn(caller.ip)
      if (limited !== undefined) return err(limited)
      const passkey = await createFactorsStore(database.prisma).passkeyByCredential(answer.id)
      const sound = passkey && (await passkeys.verify(answer, passkey, SIGN_IN))
      const account = passkey && (await createAuthReader(database.prisma).accountById(passkey.accountId))
      const refused = async (of?: StoredAccount) => {
        await limits.signInFailed(caller.ip)
        const event = { action: 'auth.login', reason: wrong.code, account: of } as const
        await database.transaction((tx) => appendAudit(tx, [auditRow(caller, clock.now(), event)]))
        const isOwner = async ({ id }: { id: string }) => sound !== undefined && id === of?.id
        return err((await deps.departed(device.id, key, isOwner)) ?? wrong)
      }
      if (!passkey || !sound || !account || account.closed) return refused(account)
      const opened = await database.transaction(
        async (tx): Promise<Result<SignedIn, DelayedRefusal> | undefined> => {
          const store = createFactorsStore(tx)
          const { challenge, counter, backedUp } = sound
          if (!(await store.spendChallenge(challenge.id, challenge.expiresAt, clock.now()))) return undefined
          if (!(await store.notePasskeyUse(passkey.id, counter, backedUp, clock.now()))) return undefined
          return issuer.open(tx, account, device, key, caller, { factor: true })
        },
      )
      return opened ?? refused(account)
    },
  }
}
