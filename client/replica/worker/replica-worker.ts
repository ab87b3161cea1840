/**
 * The worker's session: signed out, locked, open, or staff. The only place that holds keys and tokens.
 * Unlocking needs no network; the server is asked afterwards, in the background.
 */
import { createIdleLock } from '../../keys/idle-lock.ts'
import { type KeyRing, openKeyRing, type RingEntry } from '../../keys/key-ring.ts'
import { uuid } from '../../keys/random-id.ts'
import { changeSlot, type OpenKey, unlockEntry } from '../../keys/unlock.ts'
import { createHttp } from '../../transport/http.ts'
import type { Person, PortalSession, SessionView, SignInFailure } from '../portal-session.ts'
import { type MessagePortLike, serveWorker, type WorkerCalls, type WorkerEvent } from '../worker-port.ts'
import { requestAuthorized } from './authorized-request.ts'
import { countUnsentOf, destroyReplica } from './destroy.ts'
import { documentCalls } from './document-calls.ts'
import type { WorkerEnvironment } from './environment.ts'
import { handIn, reportWiped, wipeClosed } from './last-push.ts'
import { makeReplica } from './make-replica.ts'
import { type OpenedReplica, openReplica } from './opened-replica.ts'
import { createServerSession } from './server-session.ts'
import { storageSafe } from './storage-safe.ts'
import type { TabMessage } from './tab-channel.ts'

export interface ReplicaWorker {
  serve(port: MessagePortLike): void
  /** Stops everything; what is on the disk stays. */
  close(): Promise<void>
}

type SignInAnswer = Awaited<ReturnType<PortalSession['signIn']>>

export function createReplicaWorker(environment: WorkerEnvironment): ReplicaWorker {
  const { clock, random } = environment
  const http = createHttp(environment.fetch, environment.origin, environment.setTimer)
  const { deviceName, locks, setTimer, isOnline } = environment
  const server = createServerSession({ http, clock, deviceName, setTimer, locks, isOnline })
  const ringOpened = openKeyRing(environment, random)
  let post: (event: WorkerEvent) => void = () => {}
  let view: SessionView = { state: 'starting', person: null }
  let opened: OpenedReplica | null = null
  let openedKey: OpenKey | null = null
  /** Each opening gets a new random name: to the page, an unlocked replica is a new database. */
  let opening = ''
  /** Until the first contact after an unlock: to sign in where the refresh cookie does not do. */
  let credentials: { email: string; password: string } | null = null
  /** Sign-in, unlock, lock and sign-out happen one after the other. */
  let turn: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(run: () => Promise<T>): Promise<T> => {
    const result = turn.then(run)
    turn = result.catch(() => {})
    return result
  }

  const show = (next: SessionView) => {
    view = next
    post({ event: 'session', view, replica: opened === null ? null : opening })
  }
  const idle = createIdleLock({
    clock,
    setTimer: environment.setTimer,
    onIdle: () => void calls.lock({ reason: 'idle' }),
  })

  async function begin(): Promise<void> {
    const ring = await ringOpened
    if (await ring.current()) {
      show({ state: 'locked', person: null })
      return
    }
    const staff = (await ring.staffDevice()) !== undefined ? await server.resume() : 'expired'
    if (typeof staff === 'object' && staff.person.role !== 'client')
      show({ state: 'staff', person: staff.person })
    else show({ state: 'empty', person: null })
  }

  async function open(entry: RingEntry, key: OpenKey, person?: Person) {
    let current: OpenedReplica | undefined
    const ifOpen = (run: (replica: OpenedReplica) => void) => {
      if (current !== undefined && opened === current) run(current)
    }
    const replica = await openReplica({
      environment,
      entry,
      key: key.data,
      http,
      server,
      post: (event) => ifOpen(() => post(event)),
      onRevoked: (what) => ifOpen((it) => void inTurn(() => wipe(it, what))),
      onSignInNeeded: () => ifOpen((it) => void signInAgain(it)),
      onOnline: () => {
        credentials = null
      },
      onTab: (message) => ifOpen((it) => void onTab(it, message)),
    })
    current = replica
    if (person) await replica.store.setPerson(person)
    const known = person ?? (await replica.store.person())
    if (known === undefined) {
      await replica.close()
      throw new Error('the replica does not know whose it is')
    }
    opened = replica
    openedKey = key
    opening = `replica-${uuid(random)}`
    idle.start()
    show({ state: 'open', person: known })
    replica.start()
    return known
  }

  async function close(): Promise<void> {
    server.forget()
    await closeReplica()
  }

  /** The session with the server stays. */
  async function closeReplica(): Promise<void> {
    idle.stop()
    credentials = null
    const before = opened
    opened = null
    openedKey = null
    await before?.close()
  }

  /** In the background: the session ended or never began, and the password of the unlock may still be at hand. */
  async function signInAgain(replica: OpenedReplica): Promise<void> {
    const used = credentials
    if (used === null || opened !== replica) return
    const result = await server.login({ ...used, deviceId: replica.entry.deviceId })
    if (opened !== replica) return
    if (result.ok) {
      credentials = null
      replica.nudge()
    } else if (result.reason === 'wrong_credentials') credentials = null
    else if (result.reason === 'device_revoked') await inTurn(() => wipe(replica, 'device'))
  }

  async function wipe(replica: OpenedReplica, what: 'device' | 'access'): Promise<void> {
    if (opened !== replica) return
    const { entry } = replica
    // Unsent and nobody to take it: kept, closed, for the next contact.
    if (what === 'device' && !(await handIn(replica.store, entry.clientId, { http, server })))
      return lockNow('user')
    const ring = await ringOpened
    await ring.remove(entry.id)
    await replica.reportWiped()
    replica.say({ say: 'gone', reason: 'wiped' })
    await close()
    await destroyReplica(ring, entry, environment)
    show({ state: 'empty', person: null, lockReason: 'wiped' })
    if (what === 'device') await reportWiped(entry.clientId, { http, server })
  }

  async function lockNow(reason: 'idle' | 'user'): Promise<void> {
    if (opened === null) return
    opened.say({ say: 'lock', reason })
    await close()
    show({ state: 'locked', person: null, lockReason: reason })
  }

  async function onTab(replica: OpenedReplica, message: TabMessage): Promise<void> {
    if (opened !== replica) return
    if (message.say === 'active') idle.active()
    else if (message.say === 'lock' || message.say === 'gone')
      await inTurn(async () => {
        await close()
        const state = message.say === 'lock' ? 'locked' : 'empty'
        show({ state, person: null, lockReason: message.reason })
      })
  }

  async function signIn({ email, password }: { email: string; password: string }): Promise<SignInAnswer> {
    const ring = await ringOpened
    const known = await ring.findByEmail(email)
    const deviceId = known?.deviceId ?? (await ring.staffDevice(email)) ?? uuid(random)
    const result = await server.login({ email, password, deviceId })
    if (!result.ok) return notSignedIn(ring, known, result.reason, { email, password })
    const { person } = result
    if (person.role !== 'client' || person.clientId === undefined) {
      await closeReplica()
      await ring.setStaffDevice({ email, deviceId })
      show({ state: 'staff', person })
      return { ok: true, person }
    }
    if (opened !== null && openedKey !== null && opened.entry.id === known?.id) {
      await changeSlot(ring, known, openedKey, password, random)
      opened.nudge()
      return { ok: true, person }
    }
    await closeReplica()
    const local = known && (await unlockEntry(ring, { ...known, retryAt: 0 }, password, clock.now(), random))
    if (local?.ok) await open(local.entry, local.key, person)
    else {
      const ids = { accountId: person.accountId, clientId: person.clientId }
      const made = await makeReplica({ ring, server, random, now: clock.now() }, { email, password }, ids, {
        deviceId,
        taken: known !== undefined,
      })
      if (!made.ok) return made
      await open(made.entry, made.key, person)
    }
    return { ok: true, person }
  }

  async function notSignedIn(
    ring: KeyRing,
    known: RingEntry | undefined,
    reason: SignInFailure | 'device_revoked',
    credentials: { email: string; password: string },
  ): Promise<SignInAnswer> {
    if (reason === 'device_revoked') {
      const gone =
        !known || (await wipeClosed(ring, known, credentials.password, environment, { http, server }))
      return { ok: false, reason: gone ? 'wrong_credentials' : 'unavailable' }
    }
    // No network: the local slot knows this password as well as the server does.
    const cutOff = reason === 'offline' || reason === 'unavailable' || reason === 'captive'
    if (known && cutOff) return unlockWith(ring, known, credentials.password, credentials)
    return { ok: false, reason }
  }

  async function unlockWith(
    ring: KeyRing,
    entry: RingEntry,
    password: string,
    known?: { email: string; password: string },
  ): Promise<Awaited<ReturnType<PortalSession['unlock']>>> {
    const local = await unlockEntry(ring, entry, password, clock.now(), random)
    if (!local.ok) return local
    await close()
    const person = await open(local.entry, local.key)
    credentials = known ?? { email: person.email, password }
    return { ok: true, person }
  }

  const calls: WorkerCalls = {
    signIn: (input) => inTurn(() => storageSafe(() => signIn(input))),
    unlock: ({ password }) =>
      inTurn(() =>
        storageSafe(async () => {
          const ring = await ringOpened
          const entry = await ring.current()
          if (entry === undefined) return { ok: false, reason: 'wrong_credentials' }
          return unlockWith(ring, entry, password)
        }),
      ),
    lock: ({ reason }) => inTurn(() => lockNow(reason)),
    signOut: ({ force }) =>
      inTurn(async () => {
        const ring = await ringOpened
        // A locked replica can be removed as well: how much it holds unsent is readable without its key.
        const entry = opened?.entry ?? (view.state === 'staff' ? undefined : await ring.current())
        if (entry !== undefined) {
          const unsent = await countUnsentOf(entry, environment)
          if (unsent > 0 && !force) return { ok: false, unsent }
          await ring.remove(entry.id)
          opened?.say({ say: 'gone', reason: 'signed-out-elsewhere' })
          await closeReplica()
          await destroyReplica(ring, entry, environment)
        }
        await ring.setStaffDevice(null)
        // Not waited for: with no network the session ends by itself, and the replica is gone already.
        void server.logout()
        show({ state: 'empty', person: null })
        return { ok: true }
      }),
    async request(input) {
      const answer = await requestAuthorized(server, http, input)
      if (answer !== 'expired') return answer
      if (view.state === 'staff') {
        await (await ringOpened).setStaffDevice(null)
        show({ state: 'empty', person: null })
      }
      return { status: 401, body: null }
    },
    async nudge({ why }) {
      opened?.nudge()
      if (why !== 'online') await opened?.catchUp()
    },
    async activity({ persisted }) {
      idle.active()
      opened?.active()
      if (persisted !== undefined) opened?.setPersisted(persisted)
    },
    ...documentCalls(() => opened),
  }

  return {
    serve(port) {
      post = serveWorker(port, calls)
      void inTurn(begin).catch(() => show({ state: 'empty', person: null }))
    },
    async close() {
      await inTurn(close)
      ;(await ringOpened).close()
    },
  }
}
