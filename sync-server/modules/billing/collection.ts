/** Statements of account and payments: two tables, one collection, told apart by `type`. Amounts are cents. */
import { BillingDocument } from '../../../shared/domains/billing/schema.ts'
import { createDocumentStore, createSplitStore } from '../../replication/document-store.ts'
import { createRecordCollection } from '../../replication/record-collection.ts'
import { numberColumn, textColumn, timeColumn } from '../../replication/typed-columns.ts'

const collection = 'billing'

export const billing = createRecordCollection(
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
          status: textColumn(body, 'status'),
        }),
      }),
    },
    ({ body }) => (body.type === 'payment' ? 'payment' : 'statement'),
  ),
)
