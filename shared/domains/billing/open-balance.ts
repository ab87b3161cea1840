/** What is open on statements, for each currency. Pure. */
import type { BillingDocument } from './schema.ts'

export interface OpenBalance {
  readonly currency: string
  readonly cents: number
  /** How many statements are open. */
  readonly statements: number
  /** The first of their due days. */
  readonly dueAt: number | undefined
}

export function openBalances(documents: readonly BillingDocument[]): readonly OpenBalance[] {
  const open = documents
    .filter((one) => one.type === 'statement')
    .filter(({ status, balance }) => status === 'open' && balance > 0)
  return [...new Set(open.map(({ currency }) => currency))].sort().map((currency) => {
    const own = open.filter((one) => one.currency === currency)
    const dues = own.flatMap(({ dueAt }) => (dueAt === undefined ? [] : [dueAt]))
    return {
      currency,
      cents: own.reduce((sum, { balance }) => sum + balance, 0),
      statements: own.length,
      dueAt: dues.length === 0 ? undefined : Math.min(...dues),
    }
  })
}

/** What the practice owes: more was paid than was asked, for each currency. */
export function credits(
  documents: readonly BillingDocument[],
): readonly Pick<OpenBalance, 'currency' | 'cents'>[] {
  const over = documents.filter((one) => one.type === 'statement').filter(({ balance }) => balance < 0)
  return [...new Set(over.map(({ currency }) => currency))].sort().map((currency) => ({
    currency,
    cents: -over.reduce((sum, one) => sum + (one.currency === currency ? one.balance : 0), 0),
  }))
}
