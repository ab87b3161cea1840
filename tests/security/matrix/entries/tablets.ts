/** Tablets of the waiting room. */
import { randomUUID } from 'node:crypto'
import { type Entry, kiosk, staff } from './entry.ts'

/** Nothing waits there. The real thing: tests/contract/kiosk-kept.contract.test.ts. */
const keptPlace: Entry = {
  names: ['client'],
  sample: ({ client }) => ({ params: { visit: randomUUID(), draft: randomUUID() }, query: { client } }),
  reach: ['front-desk', 'admin'],
  status: 404,
}

export const entries: Readonly<Record<string, Entry>> = {
  [`post ${kiosk}/enrol`]: {
    open: 'a code that staff were shown, for one tablet',
    sample: () => ({ body: { code: 'F7K2Q9XMAB' } }),
  },
  [`post ${kiosk}/sync`]: {
    open: 'the key of a tablet',
    sample: () => ({ body: { state: 'ready', unsent: 0, build: 'matrix', events: [] } }),
  },
  [`get ${kiosk}/forms/{id}`]: {
    open: 'the key of a tablet',
    sample: ({ definition }) => ({ params: { id: definition } }),
  },
  [`post ${kiosk}/answers`]: {
    open: 'the key of the tablet that the visit is armed for',
    sample: ({ draft }) => ({ body: { visit: randomUUID(), draft, seq: 1, box: 'AA' } }),
  },
  [`post ${kiosk}/emptied`]: { open: 'the key of a tablet that was told to leave' },
  [`get ${staff}/kiosk/tablets`]: { ownOnly: true, status: 200 },
  [`post ${staff}/kiosk/tablets`]: { ownOnly: true, sample: () => ({ body: { name: '' } }), status: 400 },
  // Nobody's tablet: whose it is, is in tests/contract/kiosk.contract.test.ts.
  [`post ${staff}/kiosk/tablets/{id}/remove`]: {
    ownOnly: true,
    sample: () => ({ params: { id: randomUUID() }, body: {} }),
    status: 404,
  },
  [`put ${staff}/kiosk/settings`]: {
    ownOnly: true,
    sample: () => ({ body: { pin: '111111' } }),
    status: 422,
  },
  [`get ${staff}/kiosk/kept`]: { ownOnly: true, status: 200 },
  [`post ${staff}/kiosk/kept/{visit}/{draft}/file`]: keptPlace,
  [`post ${staff}/kiosk/kept/{visit}/{draft}/settle`]: keptPlace,
  [`get ${staff}/kiosk/visits`]: { ownOnly: true, status: 200 },
  [`post ${staff}/kiosk/visits`]: {
    names: ['client'],
    sample: ({ client }) => ({
      body: { client, tablet: randomUUID(), forms: ['phq-9'], language: 'en', minutes: 10 },
    }),
    reach: ['front-desk', 'admin'],
    // There is no such tablet. The real thing: tests/contract/kiosk.contract.test.ts.
    status: 404,
  },
  [`post ${staff}/kiosk/visits/{id}/cancel`]: {
    names: ['client'],
    sample: ({ client }) => ({ params: { id: randomUUID() }, query: { client } }),
    reach: ['front-desk', 'admin'],
    status: 404,
  },
}
