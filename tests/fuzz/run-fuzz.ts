/**
 * Throws generated requests and socket messages at a running server and keeps what it must never do: answer 5xx, stay
 * silent, or end. The same seed gives the same requests in the same order.
 */
import { Agent, request as httpRequest, type OutgoingHttpHeaders } from 'node:http'
import fc from 'fast-check'
import { COLLECTIONS } from '../../shared/protocol/collections.ts'
import type { ChangeRow } from '../../shared/protocol/messages.ts'
import { SYNC_HTTP } from '../../shared/protocol/terms.ts'
import { ask, DEMO_PASSWORD, type SignedInDevice } from '../harness/sign-in.ts'
import type { Known } from './from-schema.ts'
import { type HttpRequest, type Operation, operationsOf, requestsFor } from './http-requests.ts'
import { createPeople, MACHINE, PEOPLE } from './people.ts'
import { messagesFor, type SocketMessage } from './socket-messages.ts'
import { createSockets } from './sockets.ts'

export interface FuzzOptions {
  readonly url: string
  readonly seed: number
  readonly requests: number
  /** Stands in every text that is free. */
  readonly mark?: string
  /** Gives a token of the record system's; without it nobody asks in its name. */
  readonly machine?: () => Promise<string>
  /** Goes on, up to twice as many, until what begins like each of these was served once: what chance leaves out is asked for alone. */
  readonly until?: readonly string[]
  /** Undoes what chance did to the people's accounts: a second factor that is asked for, another password, a lock. */
  readonly putBack?: () => Promise<void>
  /** Told after each batch. */
  readonly onProgress?: (done: number) => void
}
export interface FuzzReport {
  readonly requests: number
  readonly messages: number
  /** By status, and by error code of socket answers. */
  readonly statuses: ReadonlyMap<string, number>
  /** Operations and events that were asked, with how often they did what was asked. */
  readonly served: ReadonlyMap<string, number>
  /** What must not be: each with what was sent. */
  readonly complaints: readonly string[]
}

const BATCH = 200
const AT_ONCE = 8
/** One message in so many requests. */
const SOCKET_SHARE = 6
const SILENT_MS = 60_000

export async function runFuzz({
  url,
  seed,
  requests,
  mark,
  machine,
  until = [],
  putBack,
  onProgress,
}: FuzzOptions): Promise<FuzzReport> {
  const statuses = new Map<string, number>()
  const served = new Map<string, number>()
  const complaints: string[] = []
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE })
  const { body: document } = await ask(`${url}/api/v1/openapi.json`)
  const operations = operationsOf(document)
  const people = await createPeople(url, putBack)
  const existing = await knownValues(people.all())
  const known: Known = mark === undefined ? existing : { ...existing, '*': [mark] }
  const messages = messagesFor(known)
  const askers = machine === undefined ? PEOPLE : { ...PEOPLE, ehr: [MACHINE] }
  const wishesFor = (some: readonly Operation[]) => requestsFor(some, askers, known)
  const wishes = wishesFor(operations)
  let bearer = await machine?.()
  const sockets = createSockets(url, () => people.of('client@demo.test'))
  const note = (key: string, status: string, ok: boolean) => {
    statuses.set(status, (statuses.get(status) ?? 0) + 1)
    served.set(key, (served.get(key) ?? 0) + (ok ? 1 : 0))
  }
  const complain = (what: string, sent: unknown) =>
    void complaints.push(`${what}: ${JSON.stringify(sent, bytesAsText).slice(0, 1_500)}`)

  const sendRequest = async (wish: HttpRequest, number: number) => {
    // A source address for every few hundred: the limit per address is tested elsewhere.
    const address = `10.${(number >> 16) & 255}.${(number >> 8) & 255}.1`
    const person = wish.as === null ? undefined : people.of(wish.as)
    const headers = {
      'x-forwarded-for': address,
      ...(person === undefined ? {} : await proofOf(person, wish, { url, number })),
      ...(wish.as === MACHINE ? { authorization: `Bearer ${bearer}` } : {}),
      ...wish.headers,
    }
    try {
      const { status, text, nonce } = await send(url, agent, wish, headers)
      if (person !== undefined && nonce !== undefined) person.key.nonce = nonce
      note(wish.operation, String(status), status < 300)
      if (status >= 500) complain(`${status} ${text.slice(0, 300)}`, wish)
    } catch (error) {
      complain(String(error), wish)
    }
  }
  const sendMessage = async (wish: SocketMessage) => {
    const outcome = await sockets.say(wish)
    const key = wish.kind === 'event' ? `socket ${wish.event} ${wish.protocol}` : 'socket raw'
    note(key, `socket ${outcome}`, outcome === 'ok')
    if (outcome === 'silent' || outcome === 'unavailable' || outcome === 'internal') complain(outcome, wish)
  }

  let sent = 0
  let said = 0
  const isMissing = (door: string) => ![...served].some(([key, count]) => count > 0 && key.startsWith(door))
  const most = () => (until.some(isMissing) ? 2 * requests : requests)
  /** What is asked next: of everything, and in the end of the doors that were never passed. */
  const next = () => {
    const missing = until.filter(isMissing)
    const some = operations.filter(({ key }) => missing.some((door) => key.startsWith(door)))
    return sent + said < requests || some.length === 0 ? wishes : wishesFor(some)
  }
  while (sent + said < most() && complaints.length < 20) {
    if (await people.renew()) sockets.close()
    bearer = await machine?.()
    const size = Math.min(BATCH, most() - sent - said)
    const batchSeed = seed + sent + said
    const talk = Math.ceil(size / SOCKET_SHARE)
    const batch: (() => Promise<void>)[] = [
      ...fc
        .sample(next(), { numRuns: size - talk, seed: batchSeed })
        .map((wish, index) => () => sendRequest(wish, sent + index)),
      ...fc.sample(messages, { numRuns: talk, seed: batchSeed }).map((wish) => () => sendMessage(wish)),
    ]
    await inParallel(batch, AT_ONCE)
    sent += size - talk
    said += talk
    onProgress?.(sent + said)
  }
  sockets.close()
  agent.destroy()
  return { requests: sent, messages: said, statuses, served, complaints }
}

/** Near-misses are made from what exists: both clients' records, as far as they see them. */
async function knownValues(people: readonly SignedInDevice[]): Promise<Known> {
  const all = new Set<string>()
  const clients = people.filter(({ account }) => account.clientId !== undefined)
  const drafts: string[] = []
  const definitions: string[] = []
  for (const client of clients) {
    const body = { client: client.clientId, after: 0, upTo: null }
    const page = await client.fetch(`${SYNC_HTTP}/pull`, { method: 'POST', body })
    for (const [collection, id] of page.body.rows as ChangeRow[]) {
      if (collection === COLLECTIONS.drafts.number) drafts.push(id)
      if (collection === COLLECTIONS.definitions.number) definitions.push(id)
      all.add(id)
    }
  }
  for (const { account } of people) all.add(account.id)
  const client = clients.map(({ clientId }) => clientId)
  return {
    id: [...all, ...client],
    client,
    '/client': client,
    '/form': drafts,
    device: people.map(({ deviceId }) => deviceId),
    reference: ['Patient/fuzz', 'Communication/fuzz', 'Patient/nobody'],
    draftId: drafts,
    definitionId: definitions,
    formKey: ['phq-9', 'gad-7', 'initial-intake'],
    // Only one, for too many wrong passwords lock an account.
    email: ['desk@demo.test'],
    password: [DEMO_PASSWORD],
    limit: [1, 2, 100],
    p: [1, 2],
    v: [1],
    after: [0, 1, 5],
    upTo: [null, 10],
    cursor: [null],
  }
}

/** One in so many proofs is for another address. */
async function proofOf(
  person: SignedInDevice,
  wish: HttpRequest,
  { url, number }: { readonly url: string; readonly number: number },
): Promise<OutgoingHttpHeaders> {
  const token = wish.withToken ? person.accessToken : undefined
  const asked = number % 37 === 0 ? `${url}/elsewhere` : url + wish.path
  const dpop = await person.key.proof({ method: wish.method, url: asked, token })
  if (token !== undefined) return { dpop, authorization: `DPoP ${token}` }
  // Seldom, for with its cookie a device can be signed out.
  return number % 16 === 0 ? { dpop, cookie: person.cookie } : { dpop }
}

function send(
  url: string,
  agent: Agent,
  { method, path, body }: Pick<HttpRequest, 'method' | 'path' | 'body'>,
  headers: OutgoingHttpHeaders,
): Promise<{ status: number; text: string; nonce: string | undefined }> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, { method, path, headers, agent, timeout: SILENT_MS }, (response) => {
      let text = ''
      response.on('data', (chunk) => {
        if (text.length < 1_000) text += String(chunk)
      })
      const nonce = response.headers['dpop-nonce']
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          text,
          nonce: typeof nonce === 'string' ? nonce : undefined,
        }),
      )
      response.on('error', reject)
    })
    request.on('timeout', () => request.destroy(new Error('no answer')))
    request.on('error', (error) => {
      // The server may end an idle connection just as it is used again: that says nothing of this request.
      if (request.reusedSocket && Reflect.get(error, 'code') === 'ECONNRESET')
        resolve(send(url, new Agent({ maxSockets: 1 }), { method, path, body }, headers))
      else reject(error)
    })
    request.end(body === undefined ? undefined : Buffer.from(body))
  })
}

async function inParallel(tasks: readonly (() => Promise<void>)[], width: number): Promise<void> {
  const queue = [...tasks]
  const worker = async () => {
    for (let task = queue.shift(); task !== undefined; task = queue.shift()) await task()
  }
  await Promise.all(Array.from({ length: width }, worker))
}

const bytesAsText = (_key: string, value: unknown) =>
  value instanceof Uint8Array ? `bytes ${Buffer.from(value).toString('hex')}` : value
