/** Appointments, requests for them, and free times. */
import { randomUUID } from 'node:crypto'
import { CURSOR, type Entry, otherReaders, otherWriters, portal, staff } from './entry.ts'

export const entries: Readonly<Record<string, Entry>> = {
  [`get ${portal}/appointments`]: {
    names: ['client'],
    sample: ({ client }) => ({
      query: { client, cursor: CURSOR, limit: '2', from: '0', to: '4102444800000', status: 'booked' },
    }),
    reach: otherReaders,
    status: 200,
  },
  [`get ${portal}/appointments/requests`]: {
    names: ['client'],
    sample: ({ client }) => ({ query: { client, cursor: CURSOR, limit: '2' } }),
    reach: otherReaders,
    status: 200,
  },
  [`get ${portal}/appointments/{id}`]: {
    names: ['client', 'appointment'],
    sample: ({ client, appointment }) => ({ params: { id: appointment }, query: { client } }),
    reach: otherReaders,
    status: 200,
  },
  [`post ${portal}/appointments/request`]: {
    names: ['client'],
    sample: ({ client }) => ({
      query: { client },
      headers: { 'idempotency-key': 'matrix-0001' },
      body: { preferredTimes: [{ from: 1, to: 2 }], visitKind: 'telehealth', reason: 'matrix' },
    }),
    reach: otherWriters,
    status: 201,
    once: true,
  },
  // A revision of nobody: it can be asked again and again.
  ...Object.fromEntries(
    (['cancel', 'reschedule'] as const).map((kind) => [
      `put ${portal}/appointments/{id}/${kind}`,
      {
        names: ['client', 'appointment'],
        sample: ({ client, appointment }) => ({
          params: { id: appointment },
          query: { client },
          headers: { 'if-match': '"999"' },
          body: kind === 'cancel' ? { reason: 'x' } : { reason: 'x', preferredTimes: [{ from: 1, to: 2 }] },
        }),
        reach: otherWriters,
        status: 412,
      } satisfies Entry,
    ]),
  ),
  [`put ${portal}/appointments/requests/{id}/withdraw`]: {
    names: ['client', 'request'],
    sample: ({ client, request }) => ({
      params: { id: request },
      query: { client },
      headers: { 'if-match': '"999"' },
    }),
    reach: otherWriters,
    status: 412,
  },
  [`get ${staff}/appointment-requests`]: {
    ownOnly: true,
    sample: () => ({ query: { cursor: CURSOR, limit: '2' } }),
    status: 200,
  },
  [`get ${staff}/appointment-requests/{id}`]: {
    names: ['client', 'request'],
    sample: ({ client, request }) => ({ params: { id: request }, query: { client } }),
    reach: ['assigned-clinician', 'front-desk'],
    status: 200,
  },
  [`put ${staff}/appointment-requests/{id}/decision`]: {
    names: ['client', 'request'],
    sample: ({ client, request }) => ({
      params: { id: request },
      query: { client },
      headers: { 'if-match': '"999"' },
      body: { decision: 'decline', note: 'x' },
    }),
    reach: ['assigned-clinician', 'front-desk'],
    status: 412,
  },
  [`post ${staff}/clients/{id}/appointments`]: {
    names: ['client'],
    // It ends before it begins, so that nothing is booked.
    sample: ({ client }) => ({
      params: { id: client },
      body: {
        place: { startsAt: 2, endsAt: 1, clinicianName: 'x', place: 'x', kind: 'telehealth' },
        title: 'x',
      },
    }),
    reach: ['assigned-clinician', 'front-desk'],
    status: 422,
  },
  [`get ${staff}/appointments`]: {
    ownOnly: true,
    sample: () => ({ query: { day: '2026-12-03', cursor: CURSOR, limit: '2' } }),
    status: 200,
  },
  [`get ${staff}/slots`]: {
    ownOnly: true,
    sample: () => ({ query: { from: '0', to: '1', cursor: CURSOR, limit: '2' } }),
    status: 200,
  },
  [`post ${staff}/slots`]: {
    ownOnly: true,
    sample: () => ({
      body: {
        clinicianAccountId: randomUUID(),
        kind: 'in-person',
        place: 'x',
        times: [{ startsAt: 1, endsAt: 2 }],
      },
    }),
    status: 404,
  },
  [`delete ${staff}/slots/{id}`]: {
    ownOnly: true,
    sample: () => ({ params: { id: randomUUID() } }),
    status: 404,
  },
}
