/** What somebody wants to pay, against what is left of each statement, under the lock on the client's head. */
import { MOST_MONEY } from '../../../shared/domains/billing/limits.ts'
import type { Statement } from '../../../shared/domains/billing/schema.ts'
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import { type Refusal, refusal } from '../../../shared/protocol/errors.ts'
import type { CommitSession } from '../../replication/commit.ts'
import { openAccount } from './statement-account.ts'

export const NO_STATEMENT = refusal('not_found', 'There is no such statement.')
export const UNDER_WAY = refusal('wrong_state', 'A payment of this is under way. Nothing more was taken.')
const NOT_OPEN = refusal('wrong_state', 'Nothing is left to pay on this statement. Nothing was taken.')
const TOO_MUCH = refusal('invalid_document', 'That is more than is left to pay. Nothing was taken.')
const MIXED = refusal(
  'invalid_document',
  'One payment is in one currency, each statement once. Nothing was taken.',
)

export interface Priced {
  /** Minor units of `currency`. */
  readonly amount: number
  readonly currency: string
  /** Of the statements, by id. */
  readonly numbers: ReadonlyMap<string, string>
}

export async function priceOf(
  session: CommitSession,
  shares: readonly { readonly statementId: string; readonly amount: number }[],
): Promise<Result<Priced, Refusal>> {
  const numbers = new Map<string, string>()
  const currencies = new Set<string>()
  let amount = 0
  for (const share of shares) {
    const stored = await session.work.load('billing', share.statementId)
    if (stored === undefined || stored.deleted || stored.body.type !== 'statement') return err(NO_STATEMENT)
    await openAccount(session.work, stored)
    const { status, balance, currency, number } = stored.body as unknown as Statement
    if (status !== 'open') return err(NOT_OPEN)
    if (share.amount > balance) return err(TOO_MUCH)
    numbers.set(share.statementId, number)
    currencies.add(currency)
    amount += share.amount
  }
  const [currency] = currencies
  if (currency === undefined || currencies.size > 1 || numbers.size < shares.length) return err(MIXED)
  return amount > MOST_MONEY ? err(TOO_MUCH) : ok({ amount, currency, numbers })
}
