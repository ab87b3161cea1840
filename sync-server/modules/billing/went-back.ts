/**
 * What goes back of a payment: paid back by the office, or taken back by the payer's bank. Both open statements again, each
 * once by its source, and what the bank returns closes them again. SPEC: shared/domains/billing/SPEC.md, B8 and B12.
 */
import { openedShares } from '../../../shared/domains/billing/ledger.ts'
import type { Json } from '../../../shared/kernel/json.ts'
import type { CommitSession } from '../../replication/commit.ts'
import { isUuid } from './kept-with-payment.ts'
import { type NewEntry, readBySource, readGoneBack } from './ledger-store.ts'
import { changePayment } from './payment-document.ts'
import { type Attempt, readShares, setRefund } from './payment-store.ts'
import type { ProviderDispute, ProviderRefund, SeenPayment } from './provider.ts'
import { post } from './statement-account.ts'

type Common = Pick<NewEntry, 'kind' | 'origin' | 'paymentId' | 'currency'>

export async function bookWhatWentBack(
  session: CommitSession,
  attempt: Attempt,
  { refunds, disputes }: Pick<SeenPayment, 'refunds' | 'disputes'>,
): Promise<void> {
  if (refunds.length === 0 && disputes.length === 0) return
  for (const refund of oldestFirst(refunds)) await bookRefund(session, attempt, refund)
  for (const dispute of oldestFirst(disputes)) await bookDispute(session, attempt, dispute)
  await show(session, attempt, { refunds, disputes })
}

const oldestFirst = <T extends { readonly id: string; readonly at: number }>(all: readonly T[]) =>
  [...all].sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))

async function bookRefund(session: CommitSession, attempt: Attempt, refund: ProviderRefund): Promise<void> {
  const { tx, clientId } = session.work.scope
  const common = commonOf('refund', attempt)
  if (refund.ours !== undefined && isUuid(refund.ours) && refund.state !== 'pending')
    await setRefund(tx, clientId, {
      id: refund.ours,
      state: refund.state === 'succeeded' ? 'done' : 'failed',
      providerId: refund.id,
    })
  if (refund.state === 'succeeded') await goBack(session, attempt, common, refund)
  // The bank sent it back: what the refund had opened is paid again.
  if (refund.state === 'failed') await comeBack(session, common, refund.id, 'refund-failed')
}

async function bookDispute(
  session: CommitSession,
  attempt: Attempt,
  dispute: ProviderDispute,
): Promise<void> {
  const common = commonOf('dispute', attempt)
  if (dispute.state === 'open' || dispute.state === 'lost') await goBack(session, attempt, common, dispute)
  if (dispute.state === 'won') await comeBack(session, common, dispute.id, 'dispute-won')
}

const commonOf = (kind: 'refund' | 'dispute', { id, currency }: Attempt): Common => ({
  kind,
  origin: 'portal',
  paymentId: id,
  currency,
})

/** Statements are open again by so much, and by no more than was paid on them and has not gone back yet. */
async function goBack(
  session: CommitSession,
  attempt: Attempt,
  common: Common,
  { id, amount }: { readonly id: string; readonly amount: number },
): Promise<void> {
  const { tx, clientId } = session.work.scope
  if ((await readBySource(tx, clientId, `${common.kind}:${id}:0`)).length > 0) return
  const shares = await readShares(tx, clientId, attempt.id)
  const parts = openedShares(shares, await readGoneBack(tx, clientId, attempt.id), amount)
  await post(
    session.work,
    parts.map((part, place) => ({ ...common, ...part, source: `${common.kind}:${id}:${place}` })),
  )
}

async function comeBack(session: CommitSession, common: Common, id: string, name: string): Promise<void> {
  const { tx, clientId } = session.work.scope
  const entries: NewEntry[] = []
  for (let place = 0; ; place += 1) {
    const [entry] = await readBySource(tx, clientId, `${common.kind}:${id}:${place}`)
    if (entry === undefined) break
    const { statementId, amount } = entry
    entries.push({ ...common, statementId, amount: -amount, source: `${name}:${id}:${place}` })
  }
  await post(session.work, entries)
}

async function show(
  session: CommitSession,
  { id, amount }: Attempt,
  { refunds, disputes }: Pick<SeenPayment, 'refunds' | 'disputes'>,
): Promise<void> {
  const stored = await session.work.load('billing', id)
  if (stored === undefined) return
  const paidBack = refunds.filter(({ state }) => state === 'succeeded')
  const sum = paidBack.reduce((all, refund) => all + refund.amount, 0)
  const isTaken = disputes.some(({ state }) => state === 'open' || state === 'lost')
  const fields: Record<string, Json> = {
    status: isTaken ? 'disputed' : sum >= amount ? 'refunded' : 'succeeded',
    ...(refunds.length > 0 && {
      refunds: paidBack.map((refund) => ({ id: refund.id, at: refund.at, amount: refund.amount })),
    }),
    ...(disputes.length > 0 && {
      disputes: disputes.map(({ answerBy, ...dispute }) => ({
        ...dispute,
        ...(answerBy !== undefined && { answerBy }),
      })),
    }),
  }
  const changed = Object.entries(fields).filter(
    ([field, value]) => JSON.stringify(stored.body[field] ?? []) !== JSON.stringify(value),
  )
  if (changed.length > 0) await changePayment(session, id, Object.fromEntries(changed))
}
