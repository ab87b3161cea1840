/** The door of the record system. */
import { randomUUID } from 'node:crypto'
import * as fed from '../../../harness/machine.ts'
import { type Entry, portal, staff } from './entry.ts'

const ehr = '/api/v1/ehr'
const FED = {
  appointments: fed.visit,
  medications: fed.medication,
  statements: fed.statement,
  messages: fed.message,
} as const
export const entries: Readonly<Record<string, Entry>> = {
  ...Object.fromEntries(
    Object.entries(FED).flatMap(([type, resource]): [string, Entry][] => [
      [
        `put ${ehr}/${type}/{id}`,
        {
          names: ['external'],
          sample: ({ external }) => ({ params: { id: `of-${external}` }, body: resource(external) }),
          reach: ['ehr'],
          status: 200,
        },
      ],
      [
        `get ${ehr}/${type}/{id}`,
        {
          names: ['external'],
          sample: ({ external }) => ({ params: { id: external } }),
          reach: ['ehr'],
          status: 200,
        },
      ],
    ]),
  ),
  [`put ${ehr}/documents/{id}`]: {
    names: ['external'],
    sample: ({ external }) => ({
      params: { id: `of-${external}` },
      body: fed.document(external, Buffer.from('Matrix')),
    }),
    reach: ['ehr'],
    status: 200,
  },
  [`put ${ehr}/documents/{id}/parts/{part}`]: {
    names: ['external'],
    sample: ({ external }) => ({ params: { id: external, part: '0' } }),
    reach: ['ehr'],
    status: 200,
  },
  [`post ${ehr}/documents/{id}/finish`]: {
    names: ['external'],
    sample: ({ external }) => ({ params: { id: external } }),
    reach: ['ehr'],
    status: 200,
  },
  [`get ${ehr}/documents/{id}`]: {
    names: ['external'],
    sample: ({ external }) => ({ params: { id: external } }),
    reach: ['ehr'],
    status: 200,
  },
  [`delete ${ehr}/documents/{id}`]: {
    names: ['external'],
    sample: ({ external }) => ({ params: { id: external } }),
    reach: ['ehr'],
    status: 204,
    once: true,
  },
  // An id that is another's is one's own to give: there are as many as there are practices.
  [`put ${ehr}/clients/{id}`]: {
    ownOnly: true,
    sample: () => ({ params: { id: 'matrix' }, body: fed.patient({ identifier: [] }) }),
    status: 200,
  },
  // Of the victim nobody has fed a profile through this door: tests/integration/ehr-door.test.ts.
  [`get ${ehr}/clients/{id}`]: {
    names: ['external'],
    sample: ({ external }) => ({ params: { id: external } }),
    reach: ['ehr'],
    status: 200,
  },
  [`post ${ehr}/batch`]: {
    ownOnly: true,
    sample: ({ external }) => ({
      body: { items: [{ type: 'appointments', id: 'matrix', resource: fed.visit(external) }] },
    }),
    status: 200,
  },
  [`post ${ehr}/token`]: {
    open: 'an assertion signed with a key that is known, once',
    sample: () => ({
      body: {
        grant_type: 'client_credentials',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: 'a.b.c',
      },
    }),
  },
  [`get ${ehr}/changes`]: {
    ownOnly: true,
    sample: () => ({ query: { since: '1.0', limit: '2' } }),
    status: 200,
  },
  [`put ${ehr}/submissions/{id}`]: {
    names: ['external'],
    sample: ({ external }) => ({
      params: { id: `of-${external}` },
      body: {
        resourceType: 'QuestionnaireResponse',
        status: 'completed',
        questionnaire: 'https://example.org/of-nobody',
        subject: { reference: `Patient/${external}` },
        item: [],
      },
    }),
    reach: ['ehr'],
    // No such form: it can be sent again and again.
    status: 422,
  },
  [`get ${ehr}/submissions/{id}`]: {
    names: ['submission'],
    sample: ({ submission }) => ({ params: { id: submission } }),
    reach: ['ehr'],
    status: 200,
  },
  [`get ${ehr}/submissions/{id}/files/{file}`]: {
    names: ['submission', 'answerFile'],
    sample: ({ submission, answerFile }) => ({ params: { id: submission, file: answerFile } }),
    reach: ['ehr'],
    status: 200,
  },
  [`get ${ehr}/requests/{id}`]: {
    names: ['request'],
    sample: ({ request }) => ({ params: { id: request } }),
    reach: ['ehr'],
    status: 200,
  },
  [`get ${ehr}/webhooks`]: { ownOnly: true, status: 200 },
  // A private address: nothing is made. The real thing: tests/integration/ehr-webhooks.test.ts.
  [`post ${ehr}/webhooks`]: {
    ownOnly: true,
    sample: () => ({ body: { url: 'https://10.0.0.1/', types: ['messages'] } }),
    status: 422,
  },
  [`delete ${ehr}/webhooks/{id}`]: {
    ownOnly: true,
    sample: () => ({ params: { id: randomUUID() } }),
    status: 404,
  },
  [`post ${ehr}/webhooks/{id}/rotate`]: {
    ownOnly: true,
    sample: () => ({ params: { id: randomUUID() } }),
    status: 404,
  },
  [`get ${ehr}/webhooks/{id}/deliveries`]: {
    ownOnly: true,
    sample: () => ({ params: { id: randomUUID() }, query: { undelivered: 'true' } }),
    status: 404,
  },
  [`get ${staff}/ehr-accounts`]: { ownOnly: true, status: 200 },
  [`post ${staff}/ehr-accounts`]: {
    ownOnly: true,
    sample: () => ({
      body: {
        name: 'Matrix',
        scopes: ['clients:read'],
        key: { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' },
      },
    }),
    status: 201,
  },
  [`get ${portal}/push`]: { ownOnly: true, status: 200 },
  [`put ${portal}/push`]: {
    ownOnly: true,
    sample: () => ({
      body: {
        endpoint: 'https://push.example.org/matrix',
        keys: { p256dh: 'A'.repeat(87), auth: 'A'.repeat(22) },
      },
    }),
    status: 204,
  },
  [`delete ${portal}/push`]: { ownOnly: true, status: 204 },
  'post /api/v1/hooks/sendgrid': { open: 'what SendGrid signs (ECDSA), with a key that was set' },
  'post /api/v1/hooks/twilio': { open: 'what Twilio signs, with the token that was set' },
  'get /api/v1/unsubscribe/{token}': { open: 'the link is signed for one account and one kind of mail' },
  'post /api/v1/unsubscribe/{token}': { open: 'the link is signed for one account and one kind of mail' },
  [`get ${staff}/billing/disputes`]: { ownOnly: true, status: 200 },
  [`get ${staff}/jobs/failed`]: { ownOnly: true, status: 200 },
  [`post ${staff}/jobs/failed/{id}/retry`]: {
    ownOnly: true,
    sample: () => ({ params: { id: randomUUID() } }),
    status: 404,
  },
  [`delete ${staff}/jobs/failed/{id}`]: {
    ownOnly: true,
    sample: () => ({ params: { id: randomUUID() } }),
    status: 404,
  },
  [`post ${staff}/ehr-accounts/{id}/revoke`]: {
    ownOnly: true,
    sample: () => ({ params: { id: randomUUID() } }),
    status: 404,
  },
}
