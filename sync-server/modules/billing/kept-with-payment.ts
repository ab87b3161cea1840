/**
 * What the payment service keeps with a payment: ids of ours, and which part is for which statement. Where a database was
 * put back to an earlier time, the payments made since are booked by it. SPEC: shared/domains/billing/SPEC.md, B15.
 */
import type { Payable } from './provider.ts'

type Kept = Pick<Payable, 'id' | 'clientId' | 'accountId' | 'shares'>
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
export const isUuid = (text: string): boolean => UUID.test(text)

/** A word for each statement: one alone would be too long for all of them. */
export const keptOf = ({ id, clientId, accountId, shares }: Kept): Record<string, string> => ({
  payment: id,
  client: clientId,
  account: accountId,
  ...Object.fromEntries(
    shares.map(({ statementId, amount }, place) => [`share${place}`, `${statementId}:${amount}`]),
  ),
})

/** Undefined for what is not whole: of somebody else, or from before this was kept. */
export function readKept(metadata: Readonly<Record<string, string>>): Kept | undefined {
  const { payment = '', client = '', account = '' } = metadata
  if (![payment, client, account].every(isUuid)) return undefined
  const shares = []
  for (let place = 0; ; place += 1) {
    const [, statementId, amount] = /^(.{36}):([1-9]\d{0,8})$/.exec(metadata[`share${place}`] ?? '') ?? []
    if (statementId === undefined || !isUuid(statementId)) break
    shares.push({ statementId, amount: Number(amount) })
  }
  return shares.length === 0 ? undefined : { id: payment, clientId: client, accountId: account, shares }
}
