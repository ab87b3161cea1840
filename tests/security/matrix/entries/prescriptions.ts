/** Medications and refills. */
import { CURSOR, type Entry, otherReaders, otherWriters, portal, staff } from './entry.ts'

export const entries: Readonly<Record<string, Entry>> = {
  [`get ${portal}/prescriptions`]: {
    names: ['client'],
    sample: ({ client }) => ({ query: { client, cursor: CURSOR, limit: '2', status: 'active' } }),
    reach: otherReaders,
    status: 200,
  },
  // A refill of it is under way, so that it can be asked again and again.
  [`post ${portal}/prescriptions/refill`]: {
    names: ['client', 'medication'],
    sample: ({ client, medication }) => ({
      query: { client },
      headers: { 'idempotency-key': 'matrix-0002' },
      body: { medicationId: medication, pharmacy: 'x', note: 'matrix' },
    }),
    reach: otherWriters,
    status: 409,
  },
  [`get ${portal}/prescriptions/refills`]: {
    names: ['client'],
    sample: ({ client }) => ({ query: { client, cursor: CURSOR, limit: '2' } }),
    reach: otherReaders,
    status: 200,
  },
  [`get ${portal}/prescriptions/refills/{id}`]: {
    names: ['client', 'refill'],
    sample: ({ client, refill }) => ({ params: { id: refill }, query: { client } }),
    reach: otherReaders,
    status: 200,
  },
  // A revision of nobody: it can be asked again and again.
  ...Object.fromEntries(
    (['answer', 'withdraw', 'received'] as const).map((change) => [
      `put ${portal}/prescriptions/refills/{id}/${change}`,
      {
        names: ['client', 'refill'],
        sample: ({ client, refill }) => ({
          params: { id: refill },
          query: { client },
          headers: { 'if-match': '"999"' },
          ...(change === 'answer' ? { body: { answer: 'x', pharmacy: 'x' } } : {}),
        }),
        reach: otherWriters,
        status: 412,
      } satisfies Entry,
    ]),
  ),
  [`get ${staff}/refill-requests`]: {
    ownOnly: true,
    sample: () => ({ query: { show: 'under-way', cursor: CURSOR, limit: '2' } }),
    status: 200,
  },
  [`get ${staff}/refill-requests/{id}`]: {
    names: ['client', 'refill'],
    sample: ({ client, refill }) => ({ params: { id: refill }, query: { client } }),
    reach: ['assigned-clinician'],
    status: 200,
  },
  [`put ${staff}/refill-requests/{id}/decision`]: {
    names: ['client', 'refill'],
    sample: ({ client, refill }) => ({
      params: { id: refill },
      query: { client },
      headers: { 'if-match': '"999"' },
      body: { decision: 'decline', note: 'x' },
    }),
    reach: ['assigned-clinician'],
    status: 412,
  },
}
