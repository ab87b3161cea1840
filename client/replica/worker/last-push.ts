/**
 * The last thing a device does that was signed out elsewhere: hands in what it had not sent, with a token that is good
 * for nothing else. The server keeps it for people to read and tells nothing. SPEC: shared/protocol/SPEC.md, P23.
 */
import { OUTCOMES, SYNC_HTTP } from '../../../shared/protocol/terms.ts'
import type { KeyRing, RingEntry } from '../../keys/key-ring.ts'
import { placeOfRecord } from '../../keys/record-keys.ts'
import { unlockEntry } from '../../keys/unlock.ts'
import { type Http, problemCode } from '../../transport/http.ts'
import { type PortalSocket, SocketTimeout } from '../../transport/socket.ts'
import { countUnsentOf, destroyReplica } from './destroy.ts'
import type { WorkerEnvironment } from './environment.ts'
import { handInAsText } from './hand-in-as-text.ts'
import { pushAll } from './push.ts'
import { readClosed } from './read-closed.ts'
import type { ReplicaStore } from './replica-store.ts'
import type { ServerSession } from './server-session.ts'

export interface LastPushDeps {
  readonly http: Http
  readonly server: ServerSession
  /** As which device; absent: as which the open replica signed in. */
  readonly deviceId?: string
}

const PATH = `${SYNC_HTTP}/last-push`
const PUSH = `${SYNC_HTTP}/push`
/** Another tab may still be typed in: that goes as well, until nobody can (R69). Who types on and on is locked out first. */
const PASSES = 5
const KEPT_APART = OUTCOMES.indexOf('quarantined')
/**
 * The door's last word: on all that is brought (nobody takes it, now or later), or on the one change that stands alone in
 * the end (push.ts). Whatever else it says, another attempt can succeed.
 */
const LAST_WORD = new Set<string | null>([
  'not_permitted',
  'device_revoked',
  'invalid_message',
  'too_large',
  'invalid_document',
])

/**
 * False when the server could not be reached, had no time, or did not know who asks: what is here must stay until it can.
 * R64.
 */
export async function handIn(
  store: ReplicaStore,
  client: string,
  { http, server, deviceId }: LastPushDeps,
): Promise<boolean> {
  const door: Pick<PortalSocket, 'push'> = {
    async push({ mutations }) {
      const token = await server.lastPushToken(deviceId)
      // Null: the cookie is gone, or somebody else's. Whoever signs in as this device gets a token.
      if (token === 'no answer' || token === null) throw new SocketTimeout('no token')
      const answer = await http({ method: 'POST', path: PATH, token, body: { client, mutations } })
      const code = problemCode(answer)
      // The access to the record ended as well: what may be kept of it is, and nobody is told (P33).
      if (answer.status === 204 || code === 'not_found') {
        const answers = mutations.map(([n]) => [n, KEPT_APART, 0, 0, 'device_revoked'] as const)
        return { ok: { answers, changes: { client, from: -1, to: { e: 0, s: 0, k: '' }, rows: [] } } }
      }
      if (!LAST_WORD.has(code)) throw new SocketTimeout('not now')
      return { error: code as 'not_permitted', detail: '' }
    },
  }
  return pushInto(door, store, client)
}

/**
 * The same for somebody else's record when the access to it has ended, over the ordinary way: the server answers as to
 * anybody who has nothing to do with the record, and keeps what it is told.
 */
export async function handInEnded(
  store: ReplicaStore,
  client: string,
  { http, server }: LastPushDeps,
): Promise<boolean> {
  const door: Pick<PortalSocket, 'push'> = {
    async push({ mutations }) {
      const token = await server.token()
      if (!token.ok) throw new SocketTimeout('no token')
      const body = { client, mutations }
      const answer = await http({ method: 'POST', path: PUSH, token: token.token, body })
      // Anything else is another matter, and not the end of this one.
      if (problemCode(answer) !== 'not_found') throw new SocketTimeout('not now')
      const answers = mutations.map(([n]) => [n, KEPT_APART, 0, 0, 'not_permitted'] as const)
      return { ok: { answers, changes: { client, from: -1, to: { e: 0, s: 0, k: '' }, rows: [] } } }
    },
  }
  return pushInto(door, store, client)
}

/** The door throws where another attempt can succeed: all else is the end of it. */
async function pushInto(
  door: Pick<PortalSocket, 'push'>,
  store: ReplicaStore,
  client: string,
): Promise<boolean> {
  const quiet = () => {}
  // What waits for its files can wait no longer: the server keeps its words, and says that the files are missing.
  store.holdsBack = async () => false
  try {
    // A server that went back to a backup since has lost what it had answered; else it knows it again (R11).
    await store.replayJournal(true)
    for (let pass = 0; pass < PASSES; pass += 1) {
      // These answers are of no history: nothing follows them.
      const deps = { store, client, history: 0, onInFlight: quiet, onSettled: quiet, onGap: quiet }
      const pushed = await pushAll(door, deps)
      const refused = await handInAsText(door, store, client)
      if (await store.end(pushed.done === 'refused' || refused !== null)) return true
    }
    return false
  } catch (error) {
    if (error instanceof SocketTimeout) return false
    throw error
  }
}

/**
 * The same for a replica that is not open, and its end: `gone`. `kept`: the server could not take what it has. `shut`: this
 * password does not open it, another one (or a passkey) does, and something in it was not sent: whoever shows that one hands
 * it in. What nothing here opens any more goes as it is.
 */
export async function wipeClosed(
  ring: KeyRing,
  entry: RingEntry,
  password: string,
  environment: WorkerEnvironment,
  deps: LastPushDeps,
): Promise<'gone' | 'kept' | 'shut'> {
  const { clock, random } = environment
  const local = await unlockEntry(ring, { ...entry, retryAt: 0 }, password, clock.now(), random)
  const asDevice = { ...deps, deviceId: entry.deviceId }
  if (local.ok) {
    const { entry, key } = local
    for (const clientId of recordsIn(entry)) {
      const place =
        clientId === entry.clientId
          ? { databaseName: entry.databaseName, key: key.data }
          : await placeOfRecord(ring, entry, key, clientId, random)
      const handOver = (store: ReplicaStore) => handIn(store, clientId, asDevice)
      const where = { ...entry, clientId, databaseName: place?.databaseName ?? '' }
      if (place && !(await readClosed(where, place.key, environment, handOver))) return 'kept'
    }
  } else if (opens(entry) && (await countUnsentOf(entry, environment)) > 0) return 'shut'
  await destroyReplica(ring, entry, environment)
  await reportWiped(recordsIn(entry)[0] ?? '', asDevice)
  return 'gone'
}

const opens = ({ passwordSlot, passkeySlots = [] }: RingEntry): boolean =>
  passwordSlot !== null || passkeySlots.length > 0

/**
 * After the storage is gone. Best effort: the server knows that the device is signed out, whatever it hears. False where it
 * has not answered. Without a token nobody can say it any more: nobody signs in as this device again.
 */
export async function reportWiped(
  client: string,
  { http, server, deviceId }: LastPushDeps,
): Promise<boolean> {
  const token = await server.lastPushToken(deviceId)
  if (token === null) return true
  if (token === 'no answer') return false
  const body = { client, mutations: [], wiped: true }
  return (await http({ method: 'POST', path: PATH, token, body })).status > 0
}

/** The own one first. */
const recordsIn = ({ clientId, records = [] }: RingEntry): readonly string[] => [
  ...(clientId === '' ? [] : [clientId]),
  ...records.map((record) => record.clientId),
]
