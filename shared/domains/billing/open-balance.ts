/** What is open on statements, for each currency. Pure. */
import type { BillingDocument } from '../../../shared/domains/billing/schema.ts'

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

/** `$40.00`; a code that names no currency is shown as it is. */
export function moneyOf(locale: string, cents: number, currency: string): string {
  try {
    return new Intl.NumberFormat(locale, { style: 'currency', currency }).format(cents / 100)
  } catch {
    return `${(cents / 100).toFixed(2)} ${currency}`
  }
}
