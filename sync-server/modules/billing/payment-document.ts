/** A payment's document, as devices see it: written by the server under the lock on the client's head. */
import type { Json } from '../../../shared/kernel/json.ts'
import type { CommitSession } from '../../replication/commit.ts'

type Fields = Readonly<Record<string, Json>>

export const receiptNumber = (id: string): string => `R-${id.replaceAll('-', '').slice(0, 10).toUpperCase()}`

export const editBilling = (session: CommitSession, id: string, baseRev: number, fields: Fields) =>
  session.apply({
    collection: 'billing',
    documentId: id,
    baseRev,
    edits: Object.entries(fields).map(([field, value]) => ({ field, value, at: session.work.receivedAt })),
    by: 'server',
    writer: 'payments',
  })

/** Nothing where there is no such document (any more). */
export async function changePayment(session: CommitSession, id: string, fields: Fields): Promise<void> {
  const stored = await session.work.load('billing', id)
  if (stored === undefined) return
  const done = await editBilling(session, id, stored.rev, fields)
  if (!done.ok) throw new Error(`A payment could not be written: ${done.error.code}`)
}
