/** People with access to a record. */
import { type Entry, LINK, portal, staff, terms } from './entry.ts'

export const entries: Readonly<Record<string, Entry>> = {
  [`get ${portal}/access`]: { ownOnly: true, status: 200 },
  [`post ${portal}/access/accept`]: {
    ownOnly: true,
    sample: () => ({ body: { invite: LINK, dateOfBirth: '1950-05-05' } }),
    status: 422,
  },
  // To stop looking after a record is not its owner's to do.
  [`delete ${portal}/access/{id}`]: {
    names: ['client'],
    sample: ({ client }) => ({ params: { id: client } }),
    reach: ['proxy', 'proxy-read', 'proxy-forms', 'proxy-others'],
    status: 204,
    once: true,
  },
  [`get ${portal}/access/people`]: { ownOnly: true, status: 200 },
  // Sent again and again it would mail somebody: stops at the address.
  [`post ${portal}/access/people`]: {
    ownOnly: true,
    sample: () => ({ body: { ...terms, name: 'Matrix', email: 'none' } }),
    status: 400,
  },
  [`put ${portal}/access/people/{id}`]: {
    names: ['helper'],
    sample: ({ helper }) => ({ params: { id: helper }, body: terms }),
    reach: ['own'],
    status: 204,
    onlyAccount: true,
  },
  [`delete ${portal}/access/people/{id}`]: {
    names: ['helper'],
    sample: ({ helper }) => ({ params: { id: helper } }),
    reach: ['own'],
    status: 204,
    onlyAccount: true,
    once: true,
  },
  [`get ${staff}/clients/{client}/access`]: {
    names: ['client'],
    sample: ({ client }) => ({ params: { client } }),
    reach: ['front-desk', 'admin'],
    status: 200,
  },
  [`post ${staff}/clients/{client}/access`]: {
    names: ['client'],
    sample: ({ client }) => ({
      params: { client },
      body: { ...terms, until: 1, name: 'Matrix', email: 'm@test.test' },
    }),
    reach: ['front-desk', 'admin'],
    // The last day lies in the past.
    status: 409,
  },
  [`put ${staff}/clients/{client}/access/{id}`]: {
    names: ['client', 'helper'],
    sample: ({ client, helper }) => ({ params: { client, id: helper }, body: terms }),
    reach: ['front-desk', 'admin'],
    status: 204,
  },
  [`delete ${staff}/clients/{client}/access/{id}`]: {
    names: ['client', 'helper'],
    sample: ({ client, helper }) => ({ params: { client, id: helper } }),
    reach: ['front-desk', 'admin'],
    // Its owner ended it before.
    status: 404,
    once: true,
  },
}
