/** Documents that are shared. */
import { CURSOR, type Entry, otherReaders, portal, staff } from './entry.ts'

export const entries: Readonly<Record<string, Entry>> = {
  [`get ${portal}/documents`]: {
    names: ['client'],
    sample: ({ client }) => ({ query: { client, category: 'letter', cursor: CURSOR, limit: '2' } }),
    reach: otherReaders,
    status: 200,
  },
  [`get ${portal}/documents/{id}`]: {
    names: ['client', 'document'],
    sample: ({ client, document }) => ({ params: { id: document }, query: { client } }),
    reach: otherReaders,
    status: 200,
  },
  [`get ${portal}/documents/{id}/download`]: {
    names: ['client', 'document'],
    sample: ({ client, document }) => ({ params: { id: document }, query: { client } }),
    reach: otherReaders,
    status: 200,
  },
  // A link is for the session that asked for it: nobody else has one. The real thing: tests/integration/documents.test.ts.
  [`get ${portal}/files/{ticket}`]: {
    ownOnly: true,
    sample: () => ({ params: { ticket: 'A'.repeat(112) } }),
    status: 404,
  },
  [`get ${staff}/clients/{client}/documents`]: {
    names: ['client'],
    sample: ({ client }) => ({
      params: { client },
      query: { category: 'letter', cursor: CURSOR, limit: '2' },
    }),
    reach: ['assigned-clinician', 'front-desk'],
    status: 200,
  },
  [`post ${staff}/clients/{client}/documents`]: {
    names: ['client'],
    sample: ({ client }) => ({
      params: { client },
      body: { title: 'Matrix', category: 'letter', bytes: 3, sha256: '0'.repeat(64) },
    }),
    reach: ['assigned-clinician', 'front-desk'],
    status: 201,
  },
  [`put ${staff}/clients/{client}/documents/{document}/parts/{part}`]: {
    names: ['client', 'document'],
    sample: ({ client, document }) => ({ params: { client, document, part: '0' } }),
    reach: ['assigned-clinician', 'front-desk'],
    status: 200,
  },
  [`post ${staff}/clients/{client}/documents/{document}/finish`]: {
    names: ['client', 'document'],
    sample: ({ client, document }) => ({ params: { client, document } }),
    reach: ['assigned-clinician', 'front-desk'],
    status: 200,
  },
  [`get ${staff}/clients/{client}/documents/{document}/download`]: {
    names: ['client', 'document'],
    sample: ({ client, document }) => ({ params: { client, document } }),
    reach: ['assigned-clinician', 'front-desk'],
    status: 200,
  },
  [`delete ${staff}/clients/{client}/documents/{document}`]: {
    names: ['client', 'document'],
    sample: ({ client, document }) => ({ params: { client, document } }),
    reach: ['assigned-clinician', 'front-desk'],
    status: 204,
    once: true,
  },
}
