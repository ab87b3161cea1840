/**
 * The second step of signing in, and where else a second factor is asked for. After the password nothing is open: the
 * device is given a ticket that is good for ten minutes, five guesses, and on this device alone. SPEC-factors.md, F5 to F8.
 */
import { err, type Result } from '../../../../shared/kernel/result.ts'
import { refusal } from '../../../../shared/protocol/errors.ts'
import type { DelayedRefusal, StepUp } from '../../../http/problem.ts'
import type { RateLimits } from '../../../http/rate-limits.ts'
import type { Caller } from '../../../http/route.ts'
import { appendAudit } from '../../../platform/audit-store.ts'
import type { DeviceKey } from '../../../platform/possession.ts'
import { type AuthEvent, auditRow } from '../audit.ts'
import type { FurtherProof, GivenFactor } from '../further-proof.ts'
import type { SessionIssuer } from '../issue-session.ts'
import type { FurtherFactor } from '../login.ts'
import { GOOD_FOR, linkText, type OneTime, parseLink } from '../one-time.ts'
import { createOneTimeStore } from '../one-time-store.ts'
import { createAuthReader, type StoredAccount } from '../reader.ts'
import type { Factor, PasskeyQuestion, SignedIn, SigningDevice } from '../sign-in.ts'
import type { CheckFactor, FactorDeps } from './check-factor.ts'
import { createFactorsStore, hasFactor } from './factors-store.ts'

export interface TwoStepDeps extends FactorDeps {
  readonly oneTime: OneTime
  readonly issuer: SessionIssuer
  readonly limits: Pick<RateLimits, 'signIn' | 'signInFailed'>
  readonly checkFactor: CheckFactor
}
export interface SecondStep {
  readonly ticket: string
  readonly device: SigningDevice
  readonly factor: GivenFactor
  /** Do not ask for it again on this device for a while. */
  readonly remember?: boolean | undefined
}
/** Undefined: the account has no second factor. */
export type Accepts = (
  accountId: string,
) => Promise<{ readonly factors: readonly Factor[]; readonly passkey?: PasskeyQuestion } | undefined>

/** How long a factor that was shown in a session counts there. */
export const STEP_UP_MS = 5 * 60_000

/** How long a client's own device is not asked for the second step again, where they want that. */
const TRUST_MS = 30 * 24 * 3_600_000
const isClients = (role: string) => role === 'client' || role === 'proxy'

const tooLate = refusal('wrong_code', 'This took too long, or was tried too often. Sign in again.')
const required = refusal(
  'step_up_required',
  'Confirm with your second factor to do this. Nothing was changed.',
)

export const stepUpOf = ({ factors, passkey }: NonNullable<Awaited<ReturnType<Accepts>>>): StepUp => ({
  accepts: factors,
  ...(passkey !== undefined && { passkey }),
})

export function createTwoStep(deps: TwoStepDeps) {
  const { database, clock, oneTime, issuer, limits, checkFactor, passkeys } = deps

  const accepts: Accepts = async (accountId) => {
    const store = createFactorsStore(database.prisma)
    const standing = await store.standing(accountId)
    if (!hasFactor(standing)) return undefined
    const factors: Factor[] = []
    if (standing.totpSince !== null) factors.push('totp')
    if (standing.passkeys > 0) factors.push('passkey')
    if (standing.codesLeft > 0) factors.push('recovery-code')
    if (standing.passkeys === 0) return { factors }
    const known = await store.passkeys(accountId)
    const passkey = await passkeys.requestOptions({ use: 'factor', bound: accountId }, known)
    return { factors, passkey: { ...passkey } }
  }

  /** A ticket is worth nothing to another device. */
  const secretOf = (secret: string, key: DeviceKey, device: SigningDevice) =>
    [secret, key.thumbprint, device.id].join(' ')

  const furtherFactor: FurtherFactor = async (account, device, key) => {
    const accepted = await accepts(account.id)
    if (accepted === undefined) return undefined
    const store = createFactorsStore(database.prisma)
    if (await store.isTrusted(account.id, device.id, key.point, clock.now())) return undefined
    const secret = oneTime.newSecret()
    const id = await database.transaction((tx) =>
      createOneTimeStore(tx, oneTime, clock.now()).create(
        'second-step',
        { accountId: account.id },
        secretOf(secret, key, device),
      ),
    )
    return { ticket: linkText(id, secret), expiresIn: GOOD_FOR['second-step'] / 1000, ...accepted }
  }

  const refused = (caller: Caller, reason: string, account?: StoredAccount) => {
    const event: AuthEvent = { action: 'auth.second-step', reason, account }
    return database.transaction((tx) => appendAudit(tx, [auditRow(caller, clock.now(), event)]))
  }

  return {
    accepts,
    furtherFactor,

    async secondStep(
      { ticket, device, factor, remember = false }: SecondStep,
      key: DeviceKey,
      caller: Caller,
    ): Promise<Result<SignedIn, DelayedRefusal>> {
      const limited = await limits.signIn(caller.ip)
      if (limited !== undefined) return err(limited)
      const link = parseLink(ticket)
      const given = link && { id: link.id, secret: secretOf(link.secret, key, device) }
      const row = await database.transaction((tx) =>
        createOneTimeStore(tx, oneTime, clock.now()).find('second-step', given, { countGuess: true }),
      )
      const account = row?.accountId
        ? await createAuthReader(database.prisma).accountById(row.accountId)
        : undefined
      const isStale = (account?.passwordChangedAt ?? 0) > (row?.createdAt.getTime() ?? 0)
      if (row === undefined || account === undefined || account.closed || isStale) {
        await limits.signInFailed(caller.ip)
        await refused(caller, tooLate.code, account)
        return err(tooLate)
      }
      const right = await checkFactor(account, factor, caller)
      if (!right.ok) {
        await limits.signInFailed(caller.ip)
        await refused(caller, right.error.code, account)
        return right
      }
      return database.transaction(async (tx): Promise<Result<SignedIn, DelayedRefusal>> => {
        if (!(await createOneTimeStore(tx, oneTime, clock.now()).use(row.id))) return err(tooLate)
        const { id: deviceId } = device
        await appendAudit(tx, [
          auditRow(caller, clock.now(), { action: 'auth.second-step', account, deviceId }),
        ])
        const opened = await issuer.open(tx, account, device, key, caller, { factor: true })
        if (opened.ok && remember && isClients(account.role))
          await createFactorsStore(tx).trustDevice(account.id, deviceId, clock.now() + TRUST_MS)
        return opened
      })
    },

    /** Beside a link or a password; a factor that was shown in this session a moment ago will do. */
    furtherProof: (async (account, given, { caller, sessionId }) => {
      const accepted = await accepts(account.id)
      if (accepted === undefined) return undefined
      const missing = { ...required, stepUp: stepUpOf(accepted) }
      if (given !== undefined) {
        const right = await checkFactor(account, given, caller)
        return right.ok ? undefined : { ...right.error, stepUp: missing.stepUp }
      }
      const session =
        sessionId === undefined ? undefined : await createAuthReader(database.prisma).session(sessionId)
      const isFresh =
        session?.accountId === account.id &&
        session.factorAt !== null &&
        clock.now() - session.factorAt < STEP_UP_MS
      return isFresh ? undefined : missing
    }) satisfies FurtherProof,
  }
}
