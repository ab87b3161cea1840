/**
 * Statements of account and payments: two tables, one collection, told apart by `type`. What the record system says of a
 * statement goes through the ledger: its balance is the sum of its entries. Amounts are minor units.
 */
import { BillingDocument, type Payment } from '../../../shared/domains/billing/schema.ts'
import type { Json, JsonObject } from '../../../shared/kernel/json.ts'
import { err, type Result } from '../../../shared/kernel/result.ts'
import type { Refusal } from '../../../shared/protocol/errors.ts'
import type { Collection, Decision, Write } from '../../replication/collection.ts'
import { createDocumentStore, createSplitStore } from '../../replication/document-store.ts'
import { createRecordCollection } from '../../replication/record-collection.ts'
import { numberColumn, textColumn, timeColumn } from '../../replication/typed-columns.ts'
import type { WorkingSet } from '../../replication/working-set.ts'
import { IN_DISPUTE } from './reader.ts'
import { postRecorded } from './recorded-payment.ts'
import { fedOf, openAccount, postFed } from './statement-account.ts'

const collection = 'billing'

const table = createRecordCollection(
  collection,
  BillingDocument,
  createSplitStore(
    {
      statement: createDocumentStore({
        collection,
        table: 'statement',
        columns: { issued_at: 'timestamptz', due_at: 'timestamptz', balance_cents: 'integer' },
        project: ({ body }) => ({
          issued_at: timeColumn(body, 'issuedAt'),
          due_at: timeColumn(body, 'dueAt'),
          balance_cents: numberColumn(body, 'balance'),
        }),
      }),
      payment: createDocumentStore({
        collection,
        table: 'payment',
        columns: { paid_at: 'timestamptz', amount_cents: 'integer', status: 'text' },
        project: ({ body }) => ({
          paid_at: timeColumn(body, 'paidAt'),
          amount_cents: numberColumn(body, 'amount'),
          status: isInDispute(body) ? IN_DISPUTE : textColumn(body, 'status'),
        }),
      }),
    },
    ({ body }) => (body.type === 'payment' ? 'payment' : 'statement'),
  ),
)

export const billing: Collection = {
  ...table,
  decide: (work, write) => (write.by === 'client' ? table.decide(work, write) : decide(work, write)),
}

async function decide(work: WorkingSet, write: Write): Promise<Result<Decision, Refusal>> {
  const before = await work.load(collection, write.documentId)
  const given = new Map<string, Json | null>(write.edits.map(({ field, value }) => [field, value]))
  const isNew = before === undefined
  const isFed = before?.body.type === 'statement'
  if (isFed) await openAccount(work, before)
  // What follows from the ledger is not merged: of an old statement it is what it was until the entries say otherwise.
  const edits = isFed ? write.edits.filter(({ field }) => !DERIVED.has(field)) : write.edits
  const put = await table.decide(work, { ...write, edits })
  const document = await work.load(collection, write.documentId)
  if (!put.ok || document === undefined) return put
  if (document.body.type === 'payment') {
    if (isNew) await postRecorded(work, document)
    return put
  }
  const last = fedOf(before ?? document)
  const fed = {
    total: Number(document.body.total),
    balance: Number(given.get('balance') ?? last.balance),
    isVoid: given.has('status') ? given.get('status') === 'void' : last.isVoid,
  }
  const posted = await postFed(work, document, fed, put.value.rev > (before?.rev ?? 0))
  return posted.ok ? { ok: true, value: { ...put.value, rev: posted.value.rev } } : err(posted.error)
}
/** Somebody of the office has to look. */
const isInDispute = (body: JsonObject): boolean =>
  ((body.disputes ?? []) as NonNullable<Payment['disputes']>).some(
    ({ state }) => state === 'open' || state === 'asked',
  )
const DERIVED: ReadonlySet<string> = new Set(['balance', 'status', 'paid', 'adjustments'])
