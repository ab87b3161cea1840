/**
 * Saved payment methods. They belong to the account that pays, not to the record: who looks after somebody pays with a card
 * of their own, and nobody else sees it. SPEC: shared/domains/billing/SPEC.md, B9.
 */
import type { Clock } from '../../../shared/kernel/clock.ts'
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import { type Refusal, refusal } from '../../../shared/protocol/errors.ts'
import { NO_CLIENT } from '../../platform/audit-chain.ts'
import { appendAudit } from '../../platform/audit-store.ts'
import type { Database } from '../../platform/database.ts'
import type { Actor } from '../../replication/actor.ts'
import { auditOf } from '../../replication/commit.ts'
import { addCustomer, readCustomer } from './payment-store.ts'
import { PAYMENTS_OFF, SERVICE_AWAY } from './payments.ts'
import { type PaymentProvider, ProviderUnavailable, type SavedMethod } from './provider.ts'

type Answer<T> = Promise<Result<T, Refusal>>
export interface Methods {
  /** Are payments taken at all? */
  readonly online: boolean
  /** No real money is taken. */
  readonly demo: boolean
  readonly items: readonly SavedMethod[]
}
interface Deps {
  readonly database: Database
  readonly clock: Clock
  readonly provider: PaymentProvider | undefined
  readonly origin: () => string
}

const NO_METHOD = refusal('not_found', 'There is no such payment method.')

export function createCustomers({ database, clock, provider, origin }: Deps) {
  const known = (accountId: string) => database.direct((tx) => readCustomer(tx, accountId))

  const ensure = async (service: PaymentProvider, { accountId }: Actor): Promise<string> => {
    const found = await known(accountId)
    if (found !== undefined) return found
    const made = await service.createCustomer(accountId)
    await database.direct((tx) => addCustomer(tx, accountId, made, clock.now()))
    return (await known(accountId)) ?? made
  }

  /** With its row in the audit trail, whatever comes of it. */
  const act = async <T>(
    actor: Actor,
    action: string,
    run: (service: PaymentProvider) => Answer<T>,
  ): Answer<T> => {
    let done: Result<T, Refusal>
    try {
      done = provider === undefined ? err(PAYMENTS_OFF) : await run(provider)
    } catch (error) {
      if (!(error instanceof ProviderUnavailable)) throw error
      done = err(SERVICE_AWAY)
    }
    const part = done.ok
      ? ({ action, outcome: 'allowed' } as const)
      : ({ action, outcome: 'denied', reason: done.error.code } as const)
    await database.direct((tx) => appendAudit(tx, [auditOf(actor, NO_CLIENT, clock.now(), part)]))
    return done
  }

  return {
    ensure,
    async has(service: PaymentProvider, { accountId }: Actor, methodId: string): Promise<boolean> {
      const customer = await known(accountId)
      return customer !== undefined && (await service.methods(customer)).some(({ id }) => id === methodId)
    },

    list: async (actor: Actor): Answer<Methods> =>
      provider === undefined
        ? ok({ online: false, demo: false, items: [] })
        : act(actor, 'billing.methods', async (service) => {
            const customer = await known(actor.accountId)
            const items = customer === undefined ? [] : await service.methods(customer)
            return ok({ online: true, demo: service.isDemo, items })
          }),

    /** Where the payer types the card: never here. */
    add: (actor: Actor, currency: string): Answer<{ readonly url: string }> =>
      act(actor, 'billing.method-added', async (service) => {
        const customer = await ensure(service, actor)
        const back = `${origin()}/billing/methods`
        return ok(await service.openSetup(customer, { currency, success: back, cancel: back }))
      }),

    remove: (actor: Actor, methodId: string): Answer<null> =>
      act(actor, 'billing.method-removed', async (service) => {
        const customer = await known(actor.accountId)
        const removed = customer !== undefined && (await service.removeMethod(customer, methodId))
        return removed ? ok(null) : err(NO_METHOD)
      }),
  }
}
export type Customers = ReturnType<typeof createCustomers>
