/** A payment that is put into a record as it was made elsewhere: its entries come with it. */
import type { Payment } from '../../../shared/domains/billing/schema.ts'
import type { StoredDocument } from '../../replication/collection.ts'
import type { WorkingSet } from '../../replication/working-set.ts'
import { post } from './statement-account.ts'

export async function postRecorded(work: WorkingSet, { id, body }: StoredDocument): Promise<void> {
  const { status, shares = [], currency } = body as unknown as Payment
  if (status !== 'succeeded') return
  await post(
    work,
    shares.map(({ statementId, amount }) => ({
      source: `payment:${id}:${statementId}`,
      kind: 'payment',
      origin: 'portal',
      statementId,
      paymentId: id,
      amount: -amount,
      currency,
    })),
  )
}
