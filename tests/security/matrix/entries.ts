/**
 * What the matrix has to know of each route beside its OpenAPI description: a request that is good for the victim's
 * record, and who reaches that record through it. A route that is not named here fails `access-matrix.test.ts`.
 */
import { randomUUID } from 'node:crypto'
import * as fed from '../../harness/machine.ts'
import { DEMO_PASSWORD } from '../../harness/sign-in.ts'
import type { Persona, Reach } from './cast.ts'

/** Ids that belong to the victim. The matrix puts ids of nobody in their place, one after the other and all at once. */
export interface Ids {
  readonly client: string
  readonly account: string
  readonly device: string
  readonly draft: string
  readonly definition: string
  readonly submission: string
  readonly thread: string
  readonly appointment: string
  readonly request: string
  readonly medication: string
  readonly refill: string
  readonly document: string
  /** Sent by the clinician with a message. */
  readonly attachment: string
  /** Handed in with a form, by somebody else who fills the victim's in. */
  readonly answerFile: string
  /** Paid, and the payment. */
  readonly statement: string
  readonly payment: string
  /** Of somebody who looks after the victim. */
  readonly helper: string
  /** Of somebody who was asked to. */
  readonly invitation: string
  /** What the record system calls the victim, and one of each thing of theirs. */
  readonly external: string
}
export type IdName = keyof Ids
export type Asker = Pick<Persona, 'deviceId'>

export interface Sample {
  /** By the names in the OpenAPI path. */
  readonly params?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

export type Entry =
  /** Takes no token; says what guards it instead. A good request is needed where it has a body. */
  | { readonly open: string; readonly sample?: (ids: Ids, asker: Asker) => Sample }
  /** Needs a token, names no record: it is about the account that asks, or lists what that account looks after. */
  | {
      readonly ownOnly: true
      readonly sample?: (ids: Ids, asker: Asker) => Sample
      readonly status: number
      /** What belongs to the practice and not to the client: its staff see it. */
      readonly ofPractice?: IdName
    }
  /** Names something of one client's. */
  | {
      readonly names: readonly IdName[]
      readonly sample: (ids: Ids, asker: Asker) => Sample
      /** Everybody else gets what they get for an id of nobody. */
      readonly reach: readonly Reach[]
      /** What those who reach it get for the victim's ids. */
      readonly status: number
      /** Only the account itself, whatever its relation to the record. */
      readonly onlyAccount?: true
      /** Spoils the sample for those who come after: the others are asked first. */
      readonly once?: true
    }

/** Of forms. */
const readers = ['own', 'proxy', 'proxy-read', 'proxy-forms'] as const
const writers = ['own', 'proxy', 'proxy-forms'] as const
const otherReaders = ['own', 'proxy', 'proxy-read', 'proxy-others'] as const
const otherWriters = ['own', 'proxy', 'proxy-others'] as const
/** Of any part of the record: every document is looked at by itself. */
const holders = ['own', 'proxy', 'proxy-read', 'proxy-forms', 'proxy-others'] as const
const portal = '/api/v1/portal'
const staff = '/api/v1/staff'
const kiosk = '/api/v1/kiosk'
const CURSOR = '1764331200000_00000000-0000-4000-8000-000000000000'
const LINK = `00000000-0000-4000-8000-000000000000.${'A'.repeat(43)}`
const weakPassword = { password: 'x', newPassword: 'x', endOtherSessions: false }
const terms = { scopes: { forms: 'read' }, until: null }
const mutation = (ids: Ids) => [1, 2, ids.draft, 1, 1, [['answers/matrix', 'taken over']]]

const announced = { name: 'Matrix.pdf', bytes: 3, sha256: '0'.repeat(64) }

const newPasskey = {
  name: 'Matrix',
  answer: {
    id: 'AA',
    rawId: 'AA',
    type: 'public-key',
    response: { clientDataJSON: 'AA', attestationObject: 'AA' },
  },
}
const passkeyAnswer = {
  id: 'AA',
  rawId: 'AA',
  type: 'public-key',
  response: { clientDataJSON: 'AA', authenticatorData: 'AA', signature: 'AA' },
}
const device = () => ({ id: randomUUID(), name: 'Matrix' })

/** Nothing waits there. The real thing: tests/contract/kiosk-kept.contract.test.ts. */
const keptPlace: Entry = {
  names: ['client'],
  sample: ({ client }) => ({ params: { visit: randomUUID(), draft: randomUUID() }, query: { client } }),
  reach: ['front-desk', 'admin'],
  status: 404,
}

/** The same for clients and for staff: nobody's factors but one's own can be named. */
const factorsBelow = (base: string): Readonly<Record<string, Entry>> => ({
  [`get ${base}/factors`]: { ownOnly: true, status: 200 },
  [`post ${base}/factors/totp`]: { ownOnly: true, status: 200 },
  [`post ${base}/factors/totp/confirm`]: {
    ownOnly: true,
    sample: () => ({ body: { code: 'none' } }),
    status: 400,
  },
  // Nothing is set up, and no id is theirs. The real thing: tests/integration/two-step.test.ts.
  [`delete ${base}/factors/totp`]: { ownOnly: true, status: 409 },
  [`post ${base}/factors/passkeys/options`]: { ownOnly: true, status: 200 },
  [`post ${base}/factors/passkeys`]: { ownOnly: true, sample: () => ({ body: newPasskey }), status: 422 },
  [`put ${base}/factors/passkeys/{id}`]: {
    ownOnly: true,
    sample: () => ({ params: { id: randomUUID() }, body: { name: 'Matrix' } }),
    status: 404,
  },
  [`delete ${base}/factors/passkeys/{id}`]: {
    ownOnly: true,
    sample: () => ({ params: { id: randomUUID() } }),
    status: 404,
  },
  [`post ${base}/factors/recovery-codes`]: { ownOnly: true, status: 409 },
})

const ehr = '/api/v1/ehr'
const FED = {
  appointments: fed.visit,
  medications: fed.medication,
  statements: fed.statement,
  messages: fed.message,
} as const
const ofTheRecordSystem: Readonly<Record<string, Entry>> = {
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

export const ENTRIES: Readonly<Record<string, Entry>> = {
  ...factorsBelow(`${portal}/auth`),
  ...factorsBelow(`${staff}/auth`),
  ...ofTheRecordSystem,
  [`post ${portal}/auth/second-step`]: {
    open: 'a ticket of the first step, on the device that was given it, and a factor',
    sample: () => ({
      body: { ticket: LINK, device: device(), factor: { kind: 'totp', value: '000000' } },
    }),
  },
  [`post ${portal}/auth/passkey/options`]: { open: 'a question, the same for everybody; nothing is written' },
  [`post ${portal}/auth/passkey`]: {
    open: 'the answer of a passkey to a question of this server',
    sample: () => ({ body: { device: device(), answer: passkeyAnswer } }),
  },
  [`get ${staff}/practice/sign-in`]: { ownOnly: true, status: 200 },
  [`put ${staff}/practice/sign-in`]: {
    ownOnly: true,
    sample: () => ({ body: { staff: false, clients: false } }),
    status: 204,
  },
  [`post ${staff}/accounts/{id}/reset-factors`]: {
    names: ['account'],
    sample: ({ account }) => ({ params: { id: account }, body: { reason: 'Lost the phone' } }),
    reach: ['front-desk', 'admin'],
    status: 204,
  },
  // The right answer ends the session that everything else is asked with: tests/integration/devices.test.ts.
  [`post ${staff}/auth/confirm`]: { ownOnly: true, sample: () => ({ body: {} }), status: 400 },
  [`post ${portal}/auth/login`]: {
    open: 'the password; limits per address and account',
    sample: () => ({
      body: {
        email: 'desk@demo.test',
        password: DEMO_PASSWORD,
        device: { id: randomUUID(), name: 'Front desk' },
      },
    }),
  },
  [`post ${portal}/auth/refresh-token`]: {
    open: 'the refresh cookie, and the key of its device',
    sample: () => ({ body: { idle: 1 } }),
  },
  [`post ${portal}/auth/logout`]: { open: 'the refresh cookie' },
  [`post ${portal}/auth/register`]: {
    open: 'the same answer for everybody; limits per person, day and source',
    sample: () => ({ body: { dateOfBirth: '1950-05-05', ssn4: '0000' } }),
  },
  [`post ${portal}/auth/register/confirm`]: {
    open: 'a code that went to the contact on file',
    sample: () => ({ body: { id: randomUUID(), code: '000000' } }),
  },
  [`post ${portal}/auth/register/invite`]: {
    open: 'an invitation and the day of birth',
    sample: () => ({ body: { invite: LINK, dateOfBirth: '1950-05-05' } }),
  },
  [`post ${portal}/auth/register/complete`]: {
    open: 'a ticket, for what was proved',
    sample: () => ({
      body: { ticket: LINK, email: 'matrix@demo.test', password: 'three slow herons', acceptTerms: true },
    }),
  },
  [`post ${portal}/auth/verify-email`]: {
    open: 'a code that went to the address',
    sample: () => ({ body: { id: randomUUID(), code: '000000' } }),
  },
  [`post ${portal}/auth/forgot-password`]: {
    open: 'the same answer for everybody; limits per address and source',
    sample: () => ({ body: { email: 'matrix@demo.test' } }),
  },
  [`post ${portal}/auth/reset-password`]: {
    open: 'a link that went to the address of the account',
    sample: () => ({ body: { link: LINK, password: 'three slow herons' } }),
  },
  [`post ${portal}/auth/confirm-email`]: {
    open: 'a link that went to the new address',
    sample: () => ({ body: { link: LINK } }),
  },
  [`post ${portal}/auth/undo-email`]: {
    open: 'a link that went to the old address',
    sample: () => ({ body: { link: LINK } }),
  },
  [`post ${portal}/auth/change-password`]: {
    ownOnly: true,
    sample: () => ({ body: weakPassword }),
    status: 422,
  },
  [`post ${staff}/auth/change-password`]: {
    ownOnly: true,
    sample: () => ({ body: weakPassword }),
    status: 422,
  },
  // Sent again and again it would lock the account: stops at the address.
  [`post ${portal}/auth/change-email`]: {
    ownOnly: true,
    sample: () => ({ body: { password: 'x', email: 'none' } }),
    status: 400,
  },
  [`post ${staff}/auth/change-email`]: {
    ownOnly: true,
    sample: () => ({ body: { password: 'x', email: 'none' } }),
    status: 400,
  },
  [`get ${portal}/device-key/recipient`]: { ownOnly: true, status: 200 },
  // Those who reach it are asked to sign in again: no ticket is good for them.
  [`post ${portal}/device-key/open`]: {
    names: ['client'],
    sample: ({ client }) => ({
      body: {
        ticket: 'A'.repeat(48),
        client,
        keyId: 'k1',
        box: 'A'.repeat(200),
        answerTo: 'A'.repeat(43),
      },
    }),
    reach: holders,
    status: 403,
  },
  [`get ${portal}/auth/account`]: { ownOnly: true, status: 200 },
  [`get ${portal}/auth/terms`]: { ownOnly: true, status: 200 },
  [`post ${portal}/auth/terms`]: {
    ownOnly: true,
    sample: () => ({ body: { version: 'none' } }),
    status: 409,
  },
  [`post ${staff}/accounts/search`]: { ownOnly: true, sample: () => ({ body: {} }), status: 200 },
  [`get ${staff}/auth/account`]: { ownOnly: true, status: 200 },
  [`post ${staff}/clients/{id}/invite`]: {
    names: ['client'],
    sample: ({ client }) => ({ params: { id: client }, body: { mail: false } }),
    reach: ['front-desk', 'admin'],
    // They have an account.
    status: 409,
  },
  [`post ${staff}/accounts/{id}/unlock`]: {
    names: ['account'],
    sample: ({ account }) => ({ params: { id: account } }),
    reach: ['front-desk', 'admin'],
    status: 204,
  },
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
  [`get ${staff}/team`]: { ownOnly: true, status: 200 },
  [`post ${staff}/team`]: {
    ownOnly: true,
    sample: () => ({ body: { name: 'X', email: 'none', role: 'admin' } }),
    status: 400,
  },
  [`post ${staff}/team/{id}/sign-out`]: {
    names: ['account'],
    sample: ({ account }) => ({ params: { id: account } }),
    // As above: a client's account is no colleague's.
    reach: [],
    status: 404,
  },
  [`post ${staff}/team/{id}/close`]: {
    names: ['account'],
    sample: ({ account }) => ({ params: { id: account } }),
    // A client's account is no colleague's: nobody reaches it here. The real thing: tests/integration/accounts.test.ts.
    reach: [],
    status: 404,
  },
  [`get ${portal}/auth/devices`]: { ownOnly: true, status: 200 },
  [`post ${portal}/auth/confirm`]: { ownOnly: true, sample: () => ({ body: {} }), status: 400 },
  [`post ${portal}/auth/devices/sign-out-others`]: { ownOnly: true, status: 204 },
  [`post ${portal}/auth/devices/{id}/sign-out`]: {
    names: ['device'],
    sample: ({ device }) => ({ params: { id: device } }),
    reach: ['own'],
    status: 204,
    onlyAccount: true,
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
  [`get ${staff}/clients/{client}/devices`]: {
    names: ['client'],
    sample: ({ client }) => ({ params: { client } }),
    reach: ['assigned-clinician', 'front-desk', 'admin'],
    status: 200,
  },
  [`delete ${staff}/clients/{client}/devices/{id}`]: {
    names: ['client', 'device'],
    sample: ({ client, device }) => ({ params: { client, id: device } }),
    reach: ['assigned-clinician', 'front-desk', 'admin'],
    // Its owner took it before: there is nothing left to sign out. The real thing: tests/integration/devices.test.ts.
    status: 404,
    once: true,
  },
  [`delete ${portal}/auth/devices/{id}`]: {
    names: ['device'],
    sample: ({ device }) => ({ params: { id: device } }),
    reach: ['own'],
    status: 204,
    onlyAccount: true,
    once: true,
  },
  [`post ${portal}/auth/register/access`]: {
    open: 'a link that went to one address, and the day of birth of the person whose record it is',
    sample: () => ({
      body: {
        invite: LINK,
        dateOfBirth: '1950-05-05',
        name: 'Matrix',
        password: 'three slow herons',
        acceptTerms: true,
      },
    }),
  },
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
  [`delete ${portal}/access/invitations/{id}`]: {
    names: ['invitation'],
    sample: ({ invitation }) => ({ params: { id: invitation } }),
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
  [`delete ${staff}/clients/{client}/access/invitations/{id}`]: {
    names: ['client', 'invitation'],
    sample: ({ client, invitation }) => ({ params: { client, id: invitation } }),
    reach: ['front-desk', 'admin'],
    // Its owner took it back before.
    status: 404,
    once: true,
  },
  [`get ${portal}/forms`]: {
    names: ['client'],
    sample: ({ client }) => ({ query: { client } }),
    reach: writers,
    status: 200,
  },
  [`get ${portal}/forms/submissions`]: {
    names: ['client'],
    sample: ({ client }) => ({ query: { client, cursor: CURSOR, limit: '2' } }),
    reach: readers,
    status: 200,
  },
  [`get ${portal}/forms/submissions/{id}`]: {
    names: ['client', 'submission'],
    sample: ({ client, submission }) => ({ params: { id: submission }, query: { client } }),
    reach: readers,
    status: 200,
  },
  [`get ${portal}/forms/{id}`]: {
    names: ['client', 'draft'],
    sample: ({ client, draft }) => ({ params: { id: draft }, query: { client } }),
    reach: writers,
    status: 200,
  },
  [`post ${portal}/forms/{id}/submit`]: {
    names: ['client', 'draft'],
    sample: ({ client, draft, definition }) => ({
      params: { id: draft },
      query: { client },
      body: { submissionId: randomUUID(), definitionId: definition, answers: {}, submittedAt: 1 },
    }),
    reach: writers,
    // The sample leaves required questions open, so that it can be sent again and again.
    status: 422,
  },
  [`get ${portal}/messages`]: {
    names: ['client'],
    sample: ({ client }) => ({ query: { client, cursor: CURSOR, limit: '2' } }),
    reach: otherReaders,
    status: 200,
  },
  [`get ${portal}/messages/{id}`]: {
    names: ['client', 'thread'],
    sample: ({ client, thread }) => ({ params: { id: thread }, query: { client } }),
    reach: otherReaders,
    status: 200,
  },
  [`post ${portal}/messages`]: {
    names: ['client'],
    sample: ({ client }) => ({ query: { client }, body: { subject: 'Matrix', body: 'taken over' } }),
    reach: otherWriters,
    status: 201,
  },
  [`post ${portal}/messages/{id}/reply`]: {
    names: ['client', 'thread'],
    sample: ({ client, thread }) => ({
      params: { id: thread },
      query: { client },
      body: { body: 'taken over' },
    }),
    reach: otherWriters,
    status: 201,
  },
  [`put ${portal}/messages/{id}/read`]: {
    names: ['client', 'thread'],
    sample: ({ client, thread }) => ({ params: { id: thread }, query: { client }, body: { readUpTo: 1 } }),
    reach: otherReaders,
    status: 200,
  },
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
  [`delete ${staff}/slots/{id}`]: {
    ownOnly: true,
    sample: () => ({ params: { id: randomUUID() } }),
    status: 404,
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
  [`get ${staff}/inbox`]: {
    ownOnly: true,
    sample: () => ({ query: { cursor: `0_${CURSOR}`, limit: '2' } }),
    status: 200,
  },
  [`get ${staff}/messages`]: {
    ownOnly: true,
    sample: () => ({ query: { cursor: CURSOR, limit: '2', show: 'all' } }),
    status: 200,
  },
  [`get ${staff}/message-templates`]: { ownOnly: true, status: 200 },
  [`post ${staff}/message-templates`]: {
    ownOnly: true,
    sample: () => ({ body: { title: 'Matrix', body: 'A text' } }),
    status: 201,
  },
  // Of the asker's own practice: one of nobody is not found.
  [`delete ${staff}/message-templates/{id}`]: {
    ownOnly: true,
    sample: () => ({ params: { id: randomUUID() } }),
    status: 404,
  },
  [`post ${staff}/clients/{client}/messages`]: {
    names: ['client'],
    sample: ({ client }) => ({ params: { client }, body: { subject: 'Matrix', body: 'taken over' } }),
    reach: ['assigned-clinician'],
    status: 201,
  },
  [`get ${staff}/clients/{client}/messages/{thread}`]: {
    names: ['client', 'thread'],
    sample: ({ client, thread }) => ({ params: { client, thread } }),
    reach: ['assigned-clinician'],
    status: 200,
  },
  [`post ${staff}/clients/{client}/messages/{thread}/reply`]: {
    names: ['client', 'thread'],
    sample: ({ client, thread }) => ({ params: { client, thread }, body: { body: 'taken over' } }),
    reach: ['assigned-clinician'],
    status: 201,
  },
  [`put ${staff}/clients/{client}/messages/{thread}/read`]: {
    names: ['client', 'thread'],
    sample: ({ client, thread }) => ({ params: { client, thread }, body: { readUpTo: 1 } }),
    reach: ['assigned-clinician'],
    status: 200,
  },
  [`put ${staff}/clients/{client}/messages/{thread}/assigned`]: {
    names: ['client', 'thread'],
    sample: ({ client, thread }) => ({ params: { client, thread }, body: { accountId: null } }),
    reach: ['assigned-clinician'],
    status: 200,
  },
  [`put ${staff}/clients/{client}/messages/{thread}/settled`]: {
    names: ['client', 'thread'],
    sample: ({ client, thread }) => ({ params: { client, thread } }),
    reach: ['assigned-clinician'],
    status: 200,
  },
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
  [`get ${staff}/files/{ticket}`]: {
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
  [`put ${portal}/attachments/{id}`]: {
    names: ['client'],
    sample: ({ client }) => ({ params: { id: randomUUID() }, query: { client }, body: announced }),
    reach: otherWriters,
    status: 200,
  },
  // Until the message is there a file is who sent it's alone: to everybody else it is as absent as one that never was.
  [`put ${portal}/attachments/{id}/parts/{part}`]: {
    names: ['client', 'attachment'],
    sample: ({ client, attachment }) => ({ params: { id: attachment, part: '0' }, query: { client } }),
    reach: otherWriters,
    status: 404,
  },
  [`post ${portal}/attachments/{id}/finish`]: {
    names: ['client', 'attachment'],
    sample: ({ client, attachment }) => ({ params: { id: attachment }, query: { client } }),
    reach: otherWriters,
    status: 404,
  },
  [`delete ${portal}/attachments/{id}`]: {
    names: ['client', 'attachment'],
    sample: ({ client, attachment }) => ({ params: { id: attachment }, query: { client } }),
    reach: otherWriters,
    status: 404,
  },
  [`get ${portal}/attachments/{id}/download`]: {
    names: ['client', 'attachment'],
    sample: ({ client, attachment }) => ({ params: { id: attachment }, query: { client } }),
    reach: otherReaders,
    status: 200,
  },
  [`put ${portal}/answer-files/{id}`]: {
    names: ['client', 'draft'],
    sample: ({ client, draft }) => ({
      ...{ params: { id: randomUUID() }, query: { client }, body: { ...announced, draft } },
    }),
    reach: writers,
    status: 200,
  },
  // Who sent it goes on with it, and nobody else.
  [`put ${portal}/answer-files/{id}/parts/{part}`]: {
    names: ['client', 'answerFile'],
    sample: ({ client, answerFile }) => ({ params: { id: answerFile, part: '0' }, query: { client } }),
    reach: writers,
    status: 404,
  },
  [`post ${portal}/answer-files/{id}/finish`]: {
    names: ['client', 'answerFile'],
    sample: ({ client, answerFile }) => ({ params: { id: answerFile }, query: { client } }),
    reach: writers,
    status: 404,
  },
  [`delete ${portal}/answer-files/{id}`]: {
    names: ['client', 'answerFile'],
    sample: ({ client, answerFile }) => ({ params: { id: answerFile }, query: { client } }),
    reach: writers,
    status: 404,
  },
  [`get ${portal}/answer-files/{id}/download`]: {
    names: ['client', 'answerFile'],
    sample: ({ client, answerFile }) => ({ params: { id: answerFile }, query: { client } }),
    reach: readers,
    status: 200,
  },
  [`get ${staff}/clients/{client}/answer-files/{id}/download`]: {
    names: ['client', 'answerFile'],
    sample: ({ client, answerFile }) => ({ params: { client, id: answerFile } }),
    reach: ['assigned-clinician'],
    status: 200,
  },
  [`put ${staff}/clients/{client}/attachments/{id}`]: {
    names: ['client'],
    sample: ({ client }) => ({ params: { client, id: randomUUID() }, body: announced }),
    reach: ['assigned-clinician'],
    status: 200,
  },
  [`put ${staff}/clients/{client}/attachments/{id}/parts/{part}`]: {
    names: ['client', 'attachment'],
    sample: ({ client, attachment }) => ({ params: { client, id: attachment, part: '0' } }),
    reach: ['assigned-clinician'],
    status: 200,
  },
  [`post ${staff}/clients/{client}/attachments/{id}/finish`]: {
    names: ['client', 'attachment'],
    sample: ({ client, attachment }) => ({ params: { client, id: attachment } }),
    reach: ['assigned-clinician'],
    status: 200,
  },
  // One that came with a message stays.
  [`delete ${staff}/clients/{client}/attachments/{id}`]: {
    names: ['client', 'attachment'],
    sample: ({ client, attachment }) => ({ params: { client, id: attachment } }),
    reach: ['assigned-clinician'],
    status: 404,
  },
  [`get ${staff}/clients/{client}/attachments/{id}/download`]: {
    names: ['client', 'attachment'],
    sample: ({ client, attachment }) => ({ params: { client, id: attachment } }),
    reach: ['assigned-clinician'],
    status: 200,
  },
  [`get ${staff}/clients`]: { ownOnly: true, status: 200 },
  [`get ${staff}/submissions/{id}`]: {
    names: ['client', 'submission'],
    sample: ({ client, submission }) => ({ params: { id: submission }, query: { client } }),
    reach: ['assigned-clinician'],
    status: 200,
  },
  [`post ${staff}/submissions/{id}/review`]: {
    names: ['client', 'submission'],
    sample: ({ client, submission }) => ({ params: { id: submission }, query: { client }, body: {} }),
    reach: ['assigned-clinician'],
    status: 200,
    once: true,
  },
  [`post ${staff}/submissions/{id}/return`]: {
    names: ['client', 'submission'],
    sample: ({ client, submission }) => ({
      params: { id: submission },
      query: { client },
      body: { note: 'Please say more.', questions: [] },
    }),
    reach: ['assigned-clinician'],
    // It was reviewed before.
    status: 409,
    once: true,
  },
  [`get ${staff}/clients/{id}/quarantine`]: {
    names: ['client'],
    sample: ({ client }) => ({ params: { id: client }, query: { cursor: CURSOR, limit: '2' } }),
    reach: ['assigned-clinician'],
    status: 200,
  },
  [`post ${staff}/clients/{id}/forms`]: {
    names: ['client'],
    sample: ({ client }) => ({ params: { id: client }, body: { formKey: 'phq-9' } }),
    reach: ['assigned-clinician', 'front-desk', 'admin'],
    status: 201,
  },
  [`get ${staff}/clients/{id}/forms`]: {
    names: ['client'],
    sample: ({ client }) => ({ params: { id: client } }),
    reach: ['assigned-clinician', 'front-desk', 'admin'],
    status: 200,
  },
  // The catalogue is the practice's: a form of another one is as one of nobody.
  [`get ${staff}/forms`]: { ownOnly: true, status: 200, ofPractice: 'definition' },
  [`get ${staff}/forms/versions/{id}`]: {
    ownOnly: true,
    sample: () => ({ params: { id: randomUUID() } }),
    status: 404,
  },
  [`post ${staff}/forms/check`]: {
    ownOnly: true,
    sample: () => ({ body: { questionnaire: {} } }),
    status: 200,
  },
  [`post ${staff}/forms`]: {
    ownOnly: true,
    sample: () => ({
      body: { key: 'matrix', kind: 'custom', forNewClients: false, questionnaire: {} },
    }),
    status: 422,
  },
  [`post ${staff}/forms/{id}/versions`]: {
    ownOnly: true,
    sample: () => ({ params: { id: randomUUID() }, body: { questionnaire: {}, after: 1 } }),
    status: 422,
  },
  [`put ${staff}/forms/{id}`]: {
    ownOnly: true,
    sample: () => ({ params: { id: randomUUID() }, body: { active: true, forNewClients: false } }),
    status: 404,
  },
  ...Object.fromEntries(
    ['fhir', 'pdf'].flatMap((format): [string, Entry][] => [
      [
        `get ${portal}/forms/submissions/{id}/${format}`,
        {
          names: ['client', 'submission'],
          sample: ({ client, submission }) => ({ params: { id: submission }, query: { client } }),
          reach: readers,
          status: 200,
        },
      ],
      [
        `get ${staff}/submissions/{id}/${format}`,
        {
          names: ['client', 'submission'],
          sample: ({ client, submission }) => ({ params: { id: submission }, query: { client } }),
          reach: ['assigned-clinician'],
          status: 200,
        },
      ],
    ]),
  ),
  [`get ${portal}/forms/{id}/newer`]: {
    names: ['client', 'draft'],
    sample: ({ client, draft }) => ({ params: { id: draft }, query: { client } }),
    reach: writers,
    status: 200,
  },
  [`post ${portal}/forms/{id}/move`]: {
    names: ['client', 'draft', 'definition'],
    sample: ({ client, draft, definition }) => ({
      params: { id: draft },
      query: { client },
      body: { definitionId: definition },
    }),
    reach: writers,
    // It is the version that the draft has.
    status: 200,
  },
}
