/** Acceptance of the terms of use, with their version. SPEC: SPEC-accounts.md, L18. */
import { TERMS_VERSION } from '../../../shared/domains/accounts/terms.ts'
import type { Caller } from '../../http/route.ts'
import type { Actor } from '../../replication/actor.ts'
import { type AccountDeps, audit } from './account-deps.ts'
import { createAccountStore } from './account-store.ts'

export const createTerms = (deps: Pick<AccountDeps, 'database' | 'clock'>) => ({
  /** Is the version in force accepted? */
  accepted: (actor: Actor): Promise<boolean> =>
    createAccountStore(deps.database.prisma).acceptedTerms(actor.accountId, TERMS_VERSION),

  accept: (actor: Actor, caller: Caller): Promise<void> =>
    deps.database.transaction(async (tx) => {
      await createAccountStore(tx).acceptTerms(actor.accountId, TERMS_VERSION, caller, deps.clock.now())
      const account = {
        id: actor.accountId,
        role: actor.role,
        clientId: actor.ownClientId ?? null,
        practiceId: actor.practiceId,
      }
      await audit(tx, deps, caller, { action: 'account.accept-terms', account })
    }),
})
