/** What the practice has as a whole, and the sync itself. */
import { CURSOR, type Entry, holders, mutation, portal, staff } from './entry.ts'

export const entries: Readonly<Record<string, Entry>> = {
  [`get ${staff}/practice/sign-in`]: { ownOnly: true, status: 200 },
  [`put ${staff}/practice/sign-in`]: {
    ownOnly: true,
    sample: () => ({ body: { staff: false, clients: false } }),
    status: 204,
  },
  [`get ${staff}/clients/{client}/closing`]: {
    names: ['client'],
    sample: ({ client }) => ({ params: { client } }),
    reach: ['front-desk', 'admin'],
    status: 200,
  },
  // Reached, and refused there: the name is another, the record is open.
  [`post ${staff}/clients/{client}/closing`]: {
    names: ['client'],
    sample: ({ client }) => ({
      params: { client },
      body: { reason: 'moved away', name: 'somebody else', retainUntil: '2040-01-01' },
    }),
    reach: ['front-desk', 'admin'],
    status: 409,
  },
  [`post ${staff}/clients/{client}/reopening`]: {
    names: ['client'],
    sample: ({ client }) => ({ params: { client }, body: { reason: 'closed by mistake' } }),
    reach: ['admin'],
    status: 409,
  },
  [`put ${staff}/clients/{client}/retention`]: {
    names: ['client'],
    sample: ({ client }) => ({
      params: { client },
      body: { reason: 'the law of the state', retainUntil: '2040-01-01' },
    }),
    reach: ['admin'],
    status: 204,
  },
  [`post ${staff}/clients/{client}/shredding`]: {
    names: ['client'],
    sample: ({ client }) => ({ params: { client }, body: { reason: 'asked for', name: 'somebody else' } }),
    reach: ['admin'],
    status: 409,
  },
  [`get ${portal}/quarantine`]: {
    names: ['client'],
    sample: ({ client }) => ({ query: { client, cursor: CURSOR, limit: '2' } }),
    reach: holders,
    status: 200,
  },
  [`post ${portal}/sync/v1/hello`]: {
    names: ['client'],
    sample: ({ client }, { deviceId }) => ({
      body: { p: 1, v: 1, client, device: deviceId, cursor: null, m: 1 },
    }),
    reach: holders,
    status: 200,
  },
  [`post ${portal}/sync/v1/push`]: {
    names: ['client'],
    sample: (ids) => ({ body: { client: ids.client, mutations: [mutation(ids)] } }),
    reach: holders,
    status: 200,
  },
  [`post ${portal}/sync/v1/last-push`]: {
    names: ['client'],
    sample: (ids) => ({ body: { client: ids.client, mutations: [mutation(ids)] } }),
    reach: holders,
    status: 204,
  },
  [`post ${portal}/sync/v1/pull`]: {
    names: ['client'],
    sample: ({ client }) => ({ body: { client, after: 0, upTo: null } }),
    reach: holders,
    status: 200,
  },
  // The whole practice's trail, for its admins: it names every record by design.
  [`get ${staff}/audit`]: {
    ownOnly: true,
    sample: ({ client, account }) => ({
      query: { client, account, action: 'sync.pull', from: '0', until: '4102444800000', limit: '2' },
    }),
    status: 200,
  },
  [`get ${staff}/audit/export`]: {
    ownOnly: true,
    sample: () => ({ query: { format: 'csv', from: '4102444800000' } }),
    status: 200,
  },
  [`get ${staff}/clients`]: { ownOnly: true, status: 200 },
  [`get ${staff}/clients/{id}/quarantine`]: {
    names: ['client'],
    sample: ({ client }) => ({ params: { id: client }, query: { cursor: CURSOR, limit: '2' } }),
    reach: ['assigned-clinician'],
    status: 200,
  },
}
