/**
 * Machines that are let in: their accounts, their tokens, and who lets them in. An account that is closed opens nothing
 * from the next request on. SPEC: H1 to H4.
 */
import { randomUUID } from 'node:crypto'
import type { AccountId } from '../../../shared/kernel/brand.ts'
import type { Clock } from '../../../shared/kernel/clock.ts'
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import { type Refusal, refusal } from '../../../shared/protocol/errors.ts'
import type { Machines } from '../../http/machine.ts'
import type { DelayedRefusal } from '../../http/problem.ts'
import type { RateLimits } from '../../http/rate-limits.ts'
import { type Caller, MACHINE_SCOPES, type MachineScope } from '../../http/route.ts'
import { NO_CLIENT } from '../../platform/audit-chain.ts'
import { appendAudit } from '../../platform/audit-store.ts'
import type { Database, SqlTransaction } from '../../platform/database.ts'
import { MACHINE_TOKEN_SECONDS, type MachineTokens } from '../../platform/machine-token.ts'
import type { Actor } from '../../replication/actor.ts'
import { auditOf } from '../../replication/commit.ts'
import {
  addMachine,
  closeMachine,
  type MachineAccount,
  noteUse,
  readMachine,
  readMachines,
  readRole,
  spendAssertion,
} from './account-store.ts'
import { claimedAccount, proveAssertion, publicKeyOf } from './assertion.ts'

export interface MachineAccountsDeps {
  readonly database: Database
  readonly clock: Clock
  readonly tokens: MachineTokens
  readonly limits: Pick<RateLimits, 'signIn' | 'signInFailed'>
  /** Address of the token route, as machines know it. */
  readonly tokenUrl: () => string
  /** What is missing before a member of staff may change who has access; undefined: nothing. */
  readonly missing: (sessionId: string) => Promise<DelayedRefusal | undefined>
}
export interface TokenAnswer {
  readonly access_token: string
  readonly token_type: 'Bearer'
  readonly expires_in: number
  readonly scope: string
}
export interface NewMachine {
  readonly name: string
  readonly scopes: readonly MachineScope[]
  /** JWK; only the public half is kept. */
  readonly key: unknown
}
export interface ShownMachine {
  readonly id: string
  readonly name: string
  readonly scopes: readonly MachineScope[]
  readonly keyIds: readonly string[]
  readonly createdAt: number
  readonly lastUsedAt: number | null
}

const notLetIn = refusal('not_authenticated', 'The client assertion is not valid here and now.')
const noToken = refusal('not_authenticated', 'A bearer token of a machine account is needed.')
const notPermitted = refusal('not_permitted', 'Only an admin of the practice changes who has access.')
const noAccount = refusal('not_found', 'There is no such account.')
const noKey = refusal('invalid_document', 'The key is no public JWK of P-256 or Ed25519.')

const isScope = (text: string): text is MachineScope => MACHINE_SCOPES.some((scope) => scope === text)
const scopesOf = ({ scopes }: Pick<MachineAccount, 'scopes'>) => scopes.filter(isScope)
const shown = ({ id, name, keys, createdAt, lastUsedAt, scopes }: MachineAccount): ShownMachine => ({
  id,
  name,
  scopes: scopesOf({ scopes }),
  keyIds: keys.map(({ kid }) => kid),
  createdAt: createdAt.getTime(),
  lastUsedAt: lastUsedAt?.getTime() ?? null,
})
const actorOf = ({ id, practiceId, name }: MachineAccount, { ip, userAgent }: Caller): Actor => ({
  accountId: id as AccountId,
  role: 'ehr',
  practiceId,
  deviceId: null,
  name,
  ip,
  userAgent,
})

/** Also for the operator's command, which has no session. */
export async function createMachine(
  tx: SqlTransaction,
  practiceId: string,
  { name, scopes, key }: NewMachine,
  now: number,
): Promise<Result<ShownMachine, Refusal>> {
  const publicKey = await publicKeyOf(key)
  if (publicKey === null) return err(noKey)
  const made = { id: randomUUID(), practiceId, name, scopes, keys: [publicKey] }
  await addMachine(tx, { ...made, now })
  return ok(shown({ ...made, createdAt: new Date(now), lastUsedAt: null }))
}

export function createMachineAccounts(deps: MachineAccountsDeps) {
  const { database, clock, tokens, limits, tokenUrl } = deps

  const machines: Machines = {
    async authenticate(header, caller) {
      const [, token] = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(header ?? '') ?? []
      const claims = token === undefined ? undefined : await tokens.verify(token)
      const account = claims && (await database.direct((tx) => readMachine(tx, claims.accountId)))
      if (claims === undefined || account === undefined) return err(noToken)
      // A key or a scope that was taken back ends with the request after.
      if (!account.keys.some(({ kid }) => kid === claims.keyId)) return err(noToken)
      const scopes = new Set(scopesOf(account).filter((scope) => claims.scopes.includes(scope)))
      return ok({ actor: actorOf(account, caller), scopes, tokenId: claims.tokenId })
    },
  }

  const asAdmin = <T>(
    actor: Actor,
    action: string,
    run: (tx: SqlTransaction, practiceId: string) => Promise<Result<T, Refusal>>,
  ): Promise<Result<T, Refusal>> =>
    database.direct(async (tx): Promise<Result<T, Refusal>> => {
      const member = await readRole(tx, actor.accountId)
      const ran = member?.role === 'admin' ? await run(tx, member.practiceId) : err(notPermitted)
      const part = ran.ok
        ? ({ action, outcome: 'allowed' } as const)
        : ({ action, outcome: 'denied', reason: ran.error.code } as const)
      await appendAudit(tx, [auditOf(actor, NO_CLIENT, clock.now(), part)])
      return ran
    })

  return {
    machines,

    /** The same answer for whatever is wrong: nobody learns which accounts there are. */
    async token(
      assertion: string,
      wanted: readonly string[] | undefined,
      caller: Caller,
    ): Promise<Result<TokenAnswer, DelayedRefusal>> {
      const limited = await limits.signIn(caller.ip)
      if (limited !== undefined) return err(limited)
      const accountId = claimedAccount(assertion)
      const now = clock.now()
      const proven = await database.direct(async (tx) => {
        const account = accountId === undefined ? undefined : await readMachine(tx, accountId)
        const proof =
          account &&
          (await proveAssertion(assertion, {
            accountId: account.id,
            keys: account.keys,
            audience: tokenUrl(),
            now,
          }))
        const isNew = proof && (await spendAssertion(tx, proof.useId, proof.expiresAt, now))
        const who = account && actorOf(account, caller)
        const nobody = { clientId: NO_CLIENT, ip: caller.ip, userAgent: caller.userAgent, at: now }
        const part = isNew
          ? ({ action: 'ehr.token', outcome: 'allowed' } as const)
          : ({ action: 'ehr.token', outcome: 'denied', reason: proof ? 'replayed' : notLetIn.code } as const)
        await appendAudit(tx, [who ? auditOf(who, NO_CLIENT, now, part) : { ...nobody, ...part }])
        if (!account || !proof || !isNew) return undefined
        await noteUse(tx, account.id, now)
        return { account, proof }
      })
      if (proven === undefined) {
        await limits.signInFailed(caller.ip)
        return err(notLetIn)
      }
      const { account, proof } = proven
      const scopes = scopesOf(account).filter((scope) => wanted === undefined || wanted.includes(scope))
      return ok({
        access_token: await tokens.sign({ accountId: account.id, keyId: proof.keyId, scopes }),
        token_type: 'Bearer',
        expires_in: MACHINE_TOKEN_SECONDS,
        scope: scopes.join(' '),
      })
    },

    list: (actor: Actor): Promise<Result<{ items: ShownMachine[] }, Refusal>> =>
      asAdmin(actor, 'ehr.accounts', async (tx, practiceId) =>
        ok({ items: (await readMachines(tx, practiceId)).map(shown) }),
      ),

    async create(
      actor: Actor,
      sessionId: string,
      given: NewMachine,
    ): Promise<Result<ShownMachine, DelayedRefusal>> {
      const missing = await deps.missing(sessionId)
      if (missing !== undefined) return err(missing)
      return asAdmin(actor, 'ehr.account-created', (tx, practiceId) =>
        createMachine(tx, practiceId, given, clock.now()),
      )
    },

    revoke: (actor: Actor, accountId: string): Promise<Result<null, Refusal>> =>
      asAdmin(actor, 'ehr.account-revoked', async (tx, practiceId) =>
        (await closeMachine(tx, practiceId, accountId, clock.now())) ? ok(null) : err(noAccount),
      ),
  }
}
export type MachineAccounts = ReturnType<typeof createMachineAccounts>
