/** A record system for tests: an account with a key of its own, its assertions and its tokens. */
import { createHash, randomUUID } from 'node:crypto'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { MACHINE_SCOPES, type MachineScope } from '../../sync-server/http/route.ts'
import { createMachine } from '../../sync-server/modules/ehr/accounts.ts'
import type { Database } from '../../sync-server/platform/database.ts'
import { type Answer, ask } from './sign-in.ts'

export interface TestMachine {
  readonly accountId: string
  /** A client assertion; `claims` replace what it says. */
  assertion(claims?: Readonly<Record<string, unknown>>): Promise<string>
  askToken(assertion?: string, scope?: string): Promise<Answer>
  /** With a token of its own. */
  fetch(
    path: string,
    init?: { method?: string; body?: unknown; raw?: Uint8Array; headers?: Record<string, string> },
  ): Promise<Answer>
}
interface MachineOptions {
  readonly scopes?: readonly MachineScope[]
  readonly alg?: 'ES256' | 'EdDSA'
  /** The server's clock, ms. */
  readonly now?: () => number
  readonly headers?: Record<string, string>
}

export async function letIn(
  server: { readonly url: string; readonly portal: { readonly database: Database } },
  practiceId: string,
  { scopes = MACHINE_SCOPES, alg = 'ES256', now = Date.now, headers = {} }: MachineOptions = {},
): Promise<TestMachine> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true })
  const key = await exportJWK(publicKey)
  const made = await server.portal.database.direct((tx) =>
    createMachine(tx, practiceId, { name: 'Record system', scopes, key }, now()),
  )
  if (!made.ok) throw new Error(made.error.detail)
  const { id: accountId, keyIds } = made.value
  const tokenUrl = `${server.url}/api/v1/ehr/token`
  const assertion: TestMachine['assertion'] = (claims = {}) => {
    const seconds = Math.floor(now() / 1000)
    const said = { iss: accountId, sub: accountId, aud: tokenUrl, jti: randomUUID(), exp: seconds + 60 }
    return new SignJWT({ ...said, ...claims })
      .setProtectedHeader({ alg, typ: 'JWT', kid: keyIds[0] ?? '' })
      .sign(privateKey)
  }
  const askToken: TestMachine['askToken'] = async (given, scope) =>
    ask(tokenUrl, {
      method: 'POST',
      headers,
      body: {
        grant_type: 'client_credentials',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: given ?? (await assertion()),
        ...(scope === undefined ? {} : { scope }),
      },
    })
  let token: string | undefined
  return {
    accountId,
    assertion,
    askToken,
    async fetch(path, init = {}) {
      if (token === undefined) {
        const answer = await askToken()
        if (answer.status !== 200) throw new Error(`No token: ${answer.status} ${answer.text}`)
        token = String(answer.body.access_token)
      }
      return ask(server.url + path, {
        ...init,
        headers: { ...headers, ...init.headers, authorization: `Bearer ${token}` },
      })
    },
  }
}

/** Resources as a record system sends them. */
export const patient = (more: object = {}) => ({
  resourceType: 'Patient',
  name: [{ use: 'official', given: ['Robin'], family: 'Vale' }],
  birthDate: '1984-02-11',
  telecom: [
    { system: 'email', value: 'robin@example.test' },
    { system: 'phone', value: '+1 555 010 0123' },
  ],
  identifier: [
    { type: { coding: [{ code: 'MR' }] }, value: 'MR-77 81' },
    { system: 'http://hl7.org/fhir/sid/us-ssn', value: '123-45-6789' },
  ],
  ...more,
})
export const visit = (patientId: string, more: object = {}) => ({
  resourceType: 'Appointment',
  status: 'booked',
  description: 'Individual therapy',
  start: '2027-03-08T09:30:00-05:00',
  end: '2027-03-08T10:20:00-05:00',
  participant: [
    { actor: { reference: `Patient/${patientId}` } },
    { actor: { reference: 'Practitioner/7', display: 'Dr. Maya Lindqvist' } },
    { actor: { reference: 'Location/4', display: 'Room 4' } },
  ],
  ...more,
})
export const medication = (patientId: string, more: object = {}) => ({
  resourceType: 'MedicationRequest',
  status: 'active',
  intent: 'order',
  medicationCodeableConcept: { text: 'Sertraline 50 mg tablet' },
  subject: { reference: `Patient/${patientId}` },
  authoredOn: '2026-08-01',
  requester: { display: 'Dr. Maya Lindqvist' },
  dosageInstruction: [
    { text: 'One tablet in the morning', doseAndRate: [{ doseQuantity: { value: 50, unit: 'mg' } }] },
  ],
  dispenseRequest: { numberOfRepeatsAllowed: 3, performer: { display: 'Main Street Pharmacy' } },
  ...more,
})
export const statement = (patientId: string, more: object = {}) => ({
  resourceType: 'Invoice',
  status: 'issued',
  identifier: [{ value: 'S-1001' }],
  subject: { reference: `Patient/${patientId}` },
  date: '2026-10-01',
  dueDate: '2026-10-31',
  lineItem: [
    {
      date: '2026-09-12',
      chargeItemCodeableConcept: { text: 'Individual therapy, 50 min' },
      priceComponent: [{ amount: { value: 149.1, currency: 'USD' } }],
    },
  ],
  totalNet: { value: 149.1, currency: 'USD' },
  balance: { value: 29.1, currency: 'USD' },
  ...more,
})
export const message = (patientId: string, more: object = {}) => ({
  resourceType: 'Communication',
  status: 'completed',
  subject: { reference: `Patient/${patientId}` },
  sender: { reference: `Patient/${patientId}`, display: 'Robin Vale' },
  sent: '2026-09-01T12:00:00Z',
  topic: { text: 'Next week' },
  payload: [{ contentString: 'Can we meet on Tuesday?' }],
  ...more,
})
/** `content` is sent apart. */
export const document = (patientId: string, content: Uint8Array, more: object = {}) => ({
  resourceType: 'DocumentReference',
  status: 'current',
  subject: { reference: `Patient/${patientId}` },
  description: 'Results of March',
  category: [{ coding: [{ code: 'lab-result' }] }],
  author: [{ display: 'Dr. Maya Lindqvist' }],
  content: [
    { attachment: { size: content.length, hash: createHash('sha256').update(content).digest('hex') } },
  ],
  ...more,
})
