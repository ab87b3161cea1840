/**
 * The ledger's arithmetic: what entries make of a statement, and which part of a payment is paid back where. Pure.
 * SPEC: SPEC.md.
 */

/** What one statement's entries come to, by what they are. Charges are more than nothing, payments less. */
export interface StatementSums {
  readonly charges: number
  /** As the record system told: insurance, what was paid at the desk. */
  readonly recorded: number
  /** By the practice, here. */
  readonly adjusted: number
  readonly payments: number
  readonly refunds: number
  /** What the payer's bank took back, less what it gave back again. */
  readonly disputed: number
}
export const NO_SUMS: StatementSums = {
  charges: 0,
  recorded: 0,
  adjusted: 0,
  payments: 0,
  refunds: 0,
  disputed: 0,
}

/** What the record system says of a statement. */
export interface Fed {
  readonly total: number
  /** What it has left to pay, without what was paid or adjusted through the portal. */
  readonly balance: number
  readonly isVoid: boolean
}

export const balanceOf = (sums: StatementSums): number =>
  sums.charges + sums.recorded + sums.adjusted - paidOf(sums)

/** What was paid through the portal, less what went back; as a positive number. */
export const paidOf = ({ payments, refunds, disputed }: StatementSums): number =>
  -(payments + refunds + disputed) + 0

/** What must be added, so that charges and the record's own adjustments are as it says now. */
export function postingsFor(
  sums: StatementSums,
  fed: Fed,
): { readonly charge: number; readonly recorded: number } {
  const charges = fed.isVoid ? 0 : fed.total
  // Of a statement that does not count, nothing is owed: what the practice changed here goes as well.
  const recorded = fed.isVoid ? -sums.adjusted : fed.balance - fed.total
  return { charge: charges - sums.charges + 0, recorded: recorded - sums.recorded + 0 }
}

export const statusOf = (balance: number, isVoid: boolean): 'open' | 'paid' | 'void' => {
  if (isVoid) return 'void'
  return balance > 0 ? 'open' : 'paid'
}

export interface Share {
  readonly statementId: string
  readonly amount: number
}

/** Which statements money that goes back opens again: the payment's last one first, each no more than was paid there. */
export function openedShares(
  paid: readonly Share[],
  before: ReadonlyMap<string, number>,
  amount: number,
): readonly Share[] {
  const shares: Share[] = []
  let left = amount
  for (const { statementId, amount: share } of [...paid].reverse()) {
    const part = Math.min(left, share - (before.get(statementId) ?? 0))
    if (part <= 0) continue
    shares.push({ statementId, amount: part })
    left -= part
  }
  return shares
}
