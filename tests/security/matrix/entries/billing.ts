/** Statements and payments. */
import { CURSOR, type Entry, otherReaders, otherWriters, portal, staff } from './entry.ts'

export const entries: Readonly<Record<string, Entry>> = {
  ...Object.fromEntries(
    (['statements', 'payments', 'balance'] as const).map((list) => [
      `get ${portal}/billing/${list}`,
      {
        names: ['client'],
        sample: ({ client }) => ({
          query: { client, ...(list === 'balance' ? {} : { cursor: CURSOR, limit: '2' }) },
        }),
        reach: otherReaders,
        status: 200,
      } satisfies Entry,
    ]),
  ),
  [`get ${portal}/billing/statements/{id}`]: {
    names: ['client', 'statement'],
    sample: ({ client, statement }) => ({ params: { id: statement }, query: { client } }),
    reach: otherReaders,
    status: 200,
  },
  [`get ${portal}/billing/statements/{id}/pdf`]: {
    names: ['client', 'statement'],
    sample: ({ client, statement }) => ({ params: { id: statement }, query: { client, language: 'es' } }),
    reach: otherReaders,
    status: 200,
  },
  [`get ${portal}/billing/payments/{id}`]: {
    names: ['client', 'payment'],
    sample: ({ client, payment }) => ({ params: { id: payment }, query: { client } }),
    reach: otherReaders,
    status: 200,
  },
  [`get ${portal}/billing/payments/{id}/receipt`]: {
    names: ['client', 'payment'],
    sample: ({ client, payment }) => ({ params: { id: payment }, query: { client, language: 'es' } }),
    reach: otherReaders,
    status: 200,
  },
  [`post ${portal}/billing/payments/{id}/check`]: {
    names: ['client', 'payment'],
    sample: ({ client, payment }) => ({ params: { id: payment }, query: { client } }),
    reach: otherReaders,
    status: 200,
  },
  // Nothing is left to pay on it: it can be asked again and again.
  [`post ${portal}/billing/payment`]: {
    names: ['client', 'statement'],
    sample: ({ client, statement }) => ({
      query: { client },
      headers: { 'idempotency-key': 'matrix-0003' },
      body: { shares: [{ statementId: statement, amount: 100 }] },
    }),
    reach: otherWriters,
    status: 409,
  },
  [`get ${portal}/billing/methods`]: { ownOnly: true, status: 200 },
  [`post ${portal}/billing/methods`]: {
    ownOnly: true,
    sample: () => ({ body: { currency: 'USD' } }),
    status: 201,
  },
  [`delete ${portal}/billing/methods/{method}`]: {
    ownOnly: true,
    sample: () => ({ params: { method: 'pm_matrix' } }),
    status: 404,
  },
  'post /api/v1/payments/webhook': {
    open: 'the payment service’s signature over the bytes',
    sample: () => ({ headers: { 'stripe-signature': 't=1,v1=00' } }),
  },
  [`get ${staff}/clients/{client}/billing`]: {
    names: ['client'],
    sample: ({ client }) => ({ params: { client } }),
    reach: ['front-desk', 'admin'],
    status: 200,
  },
  [`get ${staff}/clients/{client}/billing/entries`]: {
    names: ['client'],
    sample: ({ client }) => ({
      params: { client },
      query: { cursor: '1_00000000-0000-4000-8000-000000000000' },
    }),
    reach: ['front-desk', 'admin'],
    status: 200,
  },
  // More than is left: it can be asked again and again.
  [`post ${staff}/clients/{client}/billing/adjustments`]: {
    names: ['client', 'statement'],
    sample: ({ client, statement }) => ({
      params: { client },
      body: { statementId: statement, amount: -100, reason: 'Matrix' },
    }),
    reach: ['front-desk', 'admin'],
    status: 422,
  },
  // Nothing is left to pay on it.
  [`post ${staff}/clients/{client}/billing/payments`]: {
    names: ['client', 'statement'],
    sample: ({ client, statement }) => ({
      params: { client },
      body: { statementId: statement, amount: 100, how: 'cash' },
    }),
    reach: ['front-desk', 'admin'],
    status: 409,
  },
  [`post ${staff}/clients/{client}/billing/payments/{id}/refunds`]: {
    names: ['client', 'payment'],
    sample: ({ client, payment }) => ({ params: { client, id: payment }, body: { amount: 100 } }),
    reach: ['front-desk', 'admin'],
    status: 409,
  },
  [`get ${staff}/clients/{client}/billing/statements/{id}/pdf`]: {
    names: ['client', 'statement'],
    sample: ({ client, statement }) => ({ params: { client, id: statement }, query: { language: 'en' } }),
    reach: ['front-desk', 'admin'],
    status: 200,
  },
}
