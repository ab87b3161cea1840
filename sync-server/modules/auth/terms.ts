/** Acceptance of the terms of use, with their version. SPEC: SPEC-accounts.md, L6. */
import { TERMS_VERSION } from '../../../shared/domains/accounts/terms.ts'
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import { type Refusal, refusal } from '../../../shared/protocol/errors.ts'
import type { Caller } from '../../http/route.ts'
import type { Actor } from '../../replication/actor.ts'
import { type AccountDeps, audit } from './account-deps.ts'
import { createAccountStore } from './account-store.ts'

export const createTerms = (deps: Pick<AccountDeps, 'database' | 'clock'>) => ({
  /** Is the version in force accepted? */
  accepted: (actor: Actor): Promise<boolean> =>
    createAccountStore(deps.database.prisma).acceptedTerms(actor.accountId, TERMS_VERSION),

  /** `version`: of the text that was on the screen, which an app of another build may show. */
  accept: async (actor: Actor, version: string, caller: Caller): Promise<Result<null, Refusal>> => {
    if (version !== TERMS_VERSION) return err(otherTerms)
    return deps.database.transaction(async (tx) => {
      await createAccountStore(tx).acceptTerms(actor.accountId, TERMS_VERSION, caller, deps.clock.now())
      const account = {
        id: actor.accountId,
        role: actor.role,
        clientId: actor.ownClientId ?? null,
        practiceId: actor.practiceId,
      }
      await audit(tx, deps, caller, { action: 'account.accept-terms', account })
      return ok(null)
    })
  },
})

const otherTerms = refusal(
  'wrong_state',
  'These are not the terms in force. Nothing was recorded; open the portal again to read the newer ones.',
)
