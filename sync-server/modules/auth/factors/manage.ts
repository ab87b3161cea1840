/**
 * Setting second factors up and taking them away. What is new counts only once it has worked; every change is told to
 * the person's address, and stands in the audit trail in the same transaction. Whoever calls has asked for a fresh
 * proof of the person before (`confirmation.missing`). SPEC.md, F1 to F4, F10.
 */
import { randomBytes } from 'node:crypto'
import { err, ok, type Result } from '../../../../shared/kernel/result.ts'
import { refusal } from '../../../../shared/protocol/errors.ts'
import type { DelayedRefusal } from '../../../http/problem.ts'
import type { Caller } from '../../../http/route.ts'
import { appendAudit } from '../../../platform/audit-store.ts'
import type { Transaction } from '../../../platform/database.ts'
import { queueMail } from '../../../platform/mailer.ts'
import type { Actor } from '../../../replication/actor.ts'
import { accountMail, type NamedFactor } from '../account-mails.ts'
import { auditRow, type FactorAction } from '../audit.ts'
import { createAuthReader, type StoredAccount } from '../reader.ts'
import { type FactorDeps, wrongFactor } from './check-factor.ts'
import { createFactorsStore, hasFactor } from './factors-store.ts'
import type { NewPasskeyAnswer } from './passkeys.ts'
import { newRecoveryCode, normalRecoveryCode, RECOVERY_CODES } from './recovery-codes.ts'
import { SECRET_BYTES, type TotpEnrolment, totpEnrolment, totpStep } from './totp.ts'

type Answer<T> = Promise<Result<T, DelayedRefusal>>

/** Who changes what is theirs, and in which session. */
export interface Changer {
  readonly actor: Actor
  readonly sessionId: string
  readonly caller: Caller
}
/** Codes are made with the first factor, and shown now or never. */
export interface Added {
  readonly id?: string
  readonly recoveryCodes?: readonly string[]
}
export interface ManageDeps extends FactorDeps {
  /** Called after the end of a session is durable. */
  readonly onSessionEnd: (sessionId: string) => void
}

const MOST_PASSKEYS = 10
const ISSUER = 'MentalSpace Portal'

const gone = refusal('session_expired', 'The account is closed.')
const notBegun = refusal(
  'wrong_state',
  'Set up was not begun, or was begun again elsewhere. Start once more.',
)
const noPasskey = refusal('not_found', 'There is no such passkey.')
const noFactor = refusal('wrong_state', 'Two-step sign-in is not set up. Nothing was changed.')
const badPasskey = refusal('wrong_factor', 'The passkey could not be checked. Nothing was added; try again.')
const knownPasskey = refusal('already_exists', 'This passkey is in use already.')
const tooMany = refusal('wrong_state', `There are ${MOST_PASSKEYS} passkeys already. Remove one first.`)
const lastOne = refusal(
  'wrong_state',
  'Your practice asks for two-step sign-in: set up another way before you remove this one.',
)

export function createFactorManagement(deps: ManageDeps) {
  const { database, clock, passkeys, totpSeal, recoveryHash, outbox, origin, onSessionEnd } = deps

  /** One change at a time; what is refused stands in the trail as what is done does. */
  async function change<T>(
    { actor, caller }: Changer,
    action: FactorAction,
    run: (tx: Transaction, account: StoredAccount) => Answer<T>,
  ): Answer<T> {
    const done = await database.transaction(async (tx): Answer<T> => {
      await createFactorsStore(tx).lockAccount(actor.accountId)
      const account = await createAuthReader(tx).accountById(actor.accountId)
      if (account === undefined || account.closed) return err(gone)
      const result = await run(tx, account)
      const reason = result.ok ? {} : { reason: result.error.code }
      const device = actor.deviceId === null ? {} : { deviceId: actor.deviceId }
      await appendAudit(tx, [auditRow(caller, clock.now(), { action, account, ...device, ...reason })])
      return result
    })
    outbox.nudge()
    return done
  }

  async function makeCodes(tx: Transaction, accountId: string): Promise<string[]> {
    const codes = Array.from({ length: RECOVERY_CODES }, newRecoveryCode)
    const hashes = codes.map((code) => recoveryHash(accountId, normalRecoveryCode(code) ?? ''))
    await createFactorsStore(tx).replaceCodes(accountId, hashes, clock.now())
    return codes
  }

  /** After a factor was added: codes where there are none, the enrolment's end, and word to the person. */
  async function added(
    tx: Transaction,
    { sessionId }: Changer,
    account: StoredAccount,
    what: NamedFactor,
    ended: string[],
  ): Promise<Pick<Added, 'recoveryCodes'>> {
    const store = createFactorsStore(tx)
    await store.noteFactor(sessionId, clock.now())
    ended.push(...(await store.endEnrolment(account.id, sessionId, clock.now())))
    await queueMail(outbox, tx, accountMail('factorAdded', account.email, what, origin()))
    const { codesLeft } = await store.standing(account.id)
    return codesLeft === 0 ? { recoveryCodes: await makeCodes(tx, account.id) } : {}
  }

  /** After a factor was removed: with the last one its recovery codes go too. */
  async function removed(tx: Transaction, account: StoredAccount, what: NamedFactor): Promise<void> {
    const store = createFactorsStore(tx)
    await store.distrustDevices(account.id)
    if (!hasFactor(await store.standing(account.id))) await store.replaceCodes(account.id, [], clock.now())
    await queueMail(outbox, tx, accountMail('factorRemoved', account.email, what, origin()))
  }

  async function isLastNeeded(tx: Transaction, accountId: string): Promise<boolean> {
    const { required, totpSince, passkeys: count } = await createFactorsStore(tx).standing(accountId)
    return required && count + (totpSince === null ? 0 : 1) <= 1
  }

  const ending = async <T>(run: (ended: string[]) => Answer<T>): Answer<T> => {
    const ended: string[] = []
    const result = await run(ended)
    for (const session of ended) onSessionEnd(session)
    return result
  }

  return {
    async list({ accountId }: Pick<Actor, 'accountId'>) {
      const store = createFactorsStore(database.prisma)
      const { totpSince, codesLeft, required } = await store.standing(accountId)
      const known = await store.passkeys(accountId)
      return {
        totp: totpSince === null ? null : { since: totpSince },
        passkeys: known.map(({ id, credentialId, name, createdAt, lastUsedAt, backedUp }) => ({
          id,
          credentialId,
          name,
          createdAt,
          lastUsedAt,
          backedUp,
        })),
        recoveryCodes: codesLeft,
        required,
      }
    },

    /** Counts once `confirmTotp` has seen a code of it; until then one that is in use goes on counting. */
    async beginTotp({ actor }: Changer): Answer<TotpEnrolment> {
      const secret = new Uint8Array(randomBytes(SECRET_BYTES))
      const sealed = await totpSeal.seal(secret, actor.accountId)
      return database.transaction(async (tx): Answer<TotpEnrolment> => {
        const store = createFactorsStore(tx)
        await store.lockAccount(actor.accountId)
        const account = await createAuthReader(tx).accountById(actor.accountId)
        if (account === undefined || account.closed) return err(gone)
        await store.addTotp(account.id, sealed, clock.now())
        return ok(totpEnrolment(secret, account.email, ISSUER))
      })
    },

    confirmTotp: (changer: Changer, code: string): Answer<Added> =>
      ending((ended) =>
        change(changer, 'mfa.totp-added', async (tx, account): Answer<Added> => {
          const store = createFactorsStore(tx)
          const waiting = await store.totp(account.id, 'waiting')
          const secret = waiting && (await totpSeal.open(waiting.sealed, account.id))
          if (waiting === undefined || secret === undefined) return err(notBegun)
          const step = totpStep(secret, code, { now: clock.now(), lastStep: 0 })
          if (step === undefined) return err(wrongFactor)
          if (!(await store.confirmTotp(account.id, waiting.id, step, clock.now()))) return err(notBegun)
          return ok(await added(tx, changer, account, 'app', ended))
        }),
      ),

    removeTotp: (changer: Changer): Answer<null> =>
      change(changer, 'mfa.totp-removed', async (tx, account): Answer<null> => {
        const store = createFactorsStore(tx)
        if ((await store.totp(account.id, 'confirmed')) === undefined) return err(noFactor)
        if (await isLastNeeded(tx, account.id)) return err(lastOne)
        await store.removeTotp(account.id)
        await removed(tx, account, 'app')
        return ok(null)
      }),

    async passkeyOptions({ actor, sessionId }: Changer) {
      const account = await createAuthReader(database.prisma).accountById(actor.accountId)
      if (account === undefined || account.closed) return err(gone)
      const known = await createFactorsStore(database.prisma).passkeys(account.id)
      const asked = { use: 'register', bound: sessionId } as const
      return ok({ ...(await passkeys.creationOptions(asked, account, known)) })
    },

    addPasskey: (changer: Changer, given: { readonly name: string; readonly answer: NewPasskeyAnswer }) =>
      ending(async (ended): Answer<Added> => {
        // Before the transaction: it loads code and computes.
        const sound = await passkeys.verifyNew(given.answer, { use: 'register', bound: changer.sessionId })
        return change(changer, 'mfa.passkey-added', async (tx, account): Answer<Added> => {
          const store = createFactorsStore(tx)
          const { challenge, passkey } = sound ?? {}
          if (challenge === undefined || passkey === undefined) return err(badPasskey)
          if (!(await store.spendChallenge(challenge.id, challenge.expiresAt, clock.now())))
            return err(badPasskey)
          if ((await store.standing(account.id)).passkeys >= MOST_PASSKEYS) return err(tooMany)
          const row = { ...passkey, accountId: account.id, name: given.name }
          const id = await store.addPasskey(row, clock.now())
          if (id === undefined) return err(knownPasskey)
          return ok({ id, ...(await added(tx, changer, account, { passkey: given.name }, ended)) })
        })
      }),

    renamePasskey: (changer: Changer, id: string, name: string): Answer<null> =>
      change(changer, 'mfa.passkey-renamed', async (tx, account) =>
        (await createFactorsStore(tx).renamePasskey(account.id, id, name)) ? ok(null) : err(noPasskey),
      ),

    removePasskey: (changer: Changer, id: string): Answer<null> =>
      change(changer, 'mfa.passkey-removed', async (tx, account): Answer<null> => {
        const store = createFactorsStore(tx)
        const passkey = (await store.passkeys(account.id)).find((one) => one.id === id)
        if (passkey === undefined) return err(noPasskey)
        if (await isLastNeeded(tx, account.id)) return err(lastOne)
        await store.removePasskey(account.id, id)
        await removed(tx, account, { passkey: passkey.name })
        return ok(null)
      }),

    /** The old ones stop working. */
    newRecoveryCodes: (changer: Changer): Answer<{ readonly recoveryCodes: readonly string[] }> =>
      change(changer, 'mfa.recovery-codes', async (tx, account) => {
        if (!hasFactor(await createFactorsStore(tx).standing(account.id))) return err(noFactor)
        const recoveryCodes = await makeCodes(tx, account.id)
        await queueMail(outbox, tx, accountMail('factorAdded', account.email, 'codes', origin()))
        return ok({ recoveryCodes })
      }),
  }
}
