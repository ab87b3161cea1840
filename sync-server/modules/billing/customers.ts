/**
 * Saved payment methods. They belong to the account that pays, not to the record: who looks after somebody pays with a card
 * of their own, and nobody else sees it. SPEC: shared/domains/billing/SPEC.md, B9 and B13.
 */
import { z } from 'zod'
import type { Language } from '../../../shared/domains/profile/preferences.ts'
import type { Clock } from '../../../shared/kernel/clock.ts'
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import { type Refusal, refusal } from '../../../shared/protocol/errors.ts'
import { NO_CLIENT } from '../../platform/audit-chain.ts'
import { appendAudit } from '../../platform/audit-store.ts'
import type { Database, SqlTransaction } from '../../platform/database.ts'
import type { Outbox } from '../../platform/outbox.ts'
import type { Actor } from '../../replication/actor.ts'
import { auditOf } from '../../replication/commit.ts'
import { addCustomer, readCustomer, readCustomersOf, replaceCustomer } from './payment-store.ts'
import { PAYMENTS_OFF, SERVICE_AWAY } from './payments.ts'
import { NoSuchCustomer, type PaymentProvider, ProviderUnavailable, type SavedMethod } from './provider.ts'

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
  readonly outbox: Outbox
  readonly provider: PaymentProvider | undefined
  readonly origin: () => string
}

const FORGET = 'billing.forget-customer'
const FORGET_FOR_MS = 30 * 24 * 3_600_000
const Forget = z.object({ customer: z.string() })
const NO_METHOD = refusal('not_found', 'There is no such payment method.')

export function createCustomers({ database, clock, outbox, provider, origin }: Deps) {
  if (provider !== undefined)
    outbox.handle(FORGET, {
      schema: Forget,
      outside: ({ customer }: z.infer<typeof Forget>) => provider.removeCustomer(customer),
    })

  const known = (accountId: string) => database.direct((tx) => readCustomer(tx, accountId))

  const ensure = async (service: PaymentProvider, { accountId }: Actor): Promise<string> => {
    const found = await known(accountId)
    if (found !== undefined) return found
    const made = await service.createCustomer(accountId)
    await database.direct((tx) => addCustomer(tx, accountId, made, clock.now()))
    return (await known(accountId)) ?? made
  }

  /** As whom the service knows this account, made anew where it does not know them any more. */
  const asCustomer = async <T>(
    service: PaymentProvider,
    actor: Actor,
    run: (customer: string) => Promise<T>,
  ): Promise<T> => {
    const customer = await ensure(service, actor)
    try {
      return await run(customer)
    } catch (error) {
      if (!(error instanceof NoSuchCustomer)) throw error
      const made = await service.createCustomer(actor.accountId, customer)
      await database.direct((tx) => replaceCustomer(tx, actor.accountId, customer, made))
      return run(await ensure(service, actor))
    }
  }

  const methodsOf = async (service: PaymentProvider, { accountId }: Actor) => {
    const customer = await known(accountId)
    try {
      return customer === undefined ? [] : await service.methods(customer)
    } catch (error) {
      if (error instanceof NoSuchCustomer) return []
      throw error
    }
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
    asCustomer,
    has: async (service: PaymentProvider, actor: Actor, methodId: string): Promise<boolean> =>
      (await methodsOf(service, actor)).some(({ id }) => id === methodId),

    list: async (actor: Actor): Answer<Methods> =>
      provider === undefined
        ? ok({ online: false, demo: false, items: [] })
        : act(actor, 'billing.methods', async (service) => {
            const items = await methodsOf(service, actor)
            return ok({ online: true, demo: service.isDemo, items })
          }),

    /** Where the payer types the card: never here. */
    add: (actor: Actor, currency: string, language: Language = 'en'): Answer<{ readonly url: string }> =>
      act(actor, 'billing.method-added', async (service) => {
        const back = `${origin()}/billing/methods`
        const more = { currency, language, success: back, cancel: back }
        return ok(await asCustomer(service, actor, (customer) => service.openSetup(customer, more)))
      }),

    remove: (actor: Actor, methodId: string): Answer<null> =>
      act(actor, 'billing.method-removed', async (service) => {
        const customer = await known(actor.accountId)
        const removed = customer !== undefined && (await service.removeMethod(customer, methodId))
        return removed ? ok(null) : err(NO_METHOD)
      }),

    /**
     * In the transaction that erases a record, before its rows go: the service forgets the client's own account and their
     * cards as well. SPEC: B13.
     */
    async forget(
      tx: SqlTransaction,
      { clientId, practiceId }: { readonly clientId: string; readonly practiceId: string },
    ): Promise<void> {
      if (provider === undefined) return
      for (const customer of await readCustomersOf(tx, clientId))
        await outbox.add(tx, FORGET, { customer }, FORGET_FOR_MS, { practiceId })
    },
  }
}
export type Customers = ReturnType<typeof createCustomers>
