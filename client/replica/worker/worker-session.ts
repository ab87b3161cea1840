/**
 * What this worker holds at the moment: the key ring of the device, at most one opened replica with its key, and the
 * view that the page is told. The only place that holds keys and tokens. Whatever changes it happens in turn.
 */
import type { GrantTold } from '../../../shared/protocol/messages.ts'
import { createIdleLock, type IdleLock } from '../../keys/idle-lock.ts'
import { type KeyRing, openKeyRing, type RingEntry } from '../../keys/key-ring.ts'
import { forgetOlderKeys } from '../../keys/older-keys.ts'
import type { OpenKey } from '../../keys/open-key.ts'
import type { PasskeyOutput } from '../../keys/passkey-slots.ts'
import { uuid } from '../../keys/random-id.ts'
import { createHttp, type Http } from '../../transport/http.ts'
import type { OpenRecord, Person, SessionView } from '../portal-session.ts'
import type { WorkerEvent } from '../worker-port.ts'
import { openAccount } from './account-replicas.ts'
import { createDevicePossession } from './device-possession.ts'
import type { WorkerEnvironment } from './environment.ts'
import { keepEscrow } from './escrow.ts'
import { createLeaseKeeper, type LeaseKeeper } from './lease-keeper.ts'
import type { OpenAccount } from './open-account.ts'
import { type OpenedReplica, openReplica } from './opened-replica.ts'
import { createServerSession, type ServerSession } from './server-session.ts'
import type { TabMessage } from './tab-channel.ts'

export interface Credentials {
  readonly email: string
  readonly password: string
}

/** Somebody on the way in: what is known of them until the clinic lets them in. */
export interface Entering {
  readonly email: string
  /** Absent where a passkey took its place. */
  readonly password?: string | undefined
  readonly passkey?: PasskeyOutput | undefined
  readonly deviceId: string
  /** What is here of this person. */
  readonly known: RingEntry | undefined
  /** Beside what is here of this person, which does not open. */
  readonly beside?: true
  /** Of the first step. */
  readonly ticket?: string
  /** Once the clinic knows who it is. */
  readonly person?: Person
}

export interface WorkerSession {
  readonly environment: WorkerEnvironment
  readonly http: Http
  readonly server: ServerSession
  /** Of the device's own key. */
  readonly thumbprint: () => Promise<string>
  readonly idle: IdleLock
  readonly lease: LeaseKeeper
  readonly view: SessionView
  /** Everything of the account that is unlocked. */
  readonly account: OpenAccount | null
  /** What is to be on the screen. */
  readonly opened: OpenedReplica | null
  /** What the page was told is on the screen, as long as it is open. */
  readonly shown: OpenedReplica | null
  readonly openedKey: OpenKey | null
  /** The page's name for what is on the screen. */
  readonly opening: string
  /** Until the first contact after an unlock: to sign in where the refresh cookie does not do. */
  credentials: Credentials | null
  /** For the same: a passkey's answer to a question of the clinic's. */
  passkeyAnswer: string | null
  /** Between the steps of signing in. */
  entering: Entering | null
  /** Opened once; where that failed, the next call tries again. */
  ring(): Promise<KeyRing>
  /** Where events go from now on. */
  postTo(post: (event: WorkerEvent) => void): void
  show(view: SessionView): void
  /** Locked, and by what the replica used last opens. */
  showLocked(lockReason?: SessionView['lockReason']): Promise<void>
  /** Sign-in, unlock, lock and sign-out happen one after the other. */
  inTurn<T>(run: () => Promise<T>): Promise<T>
  /** Opens the replicas of `entry` and shows one; `person`: who has just signed in, where the server said so. */
  open(entry: RingEntry, key: OpenKey, person?: Person): Promise<Person>
  /** The session with the server stays. */
  closeReplica(): Promise<void>
  /** Replica and session with the server. */
  close(): Promise<void>
}

/** What an open replica may report; each only as long as it is the one that is open. */
export interface ReplicaReports {
  idle(): void
  leaseEnded(): void
  revoked(replica: OpenedReplica, what: 'device' | 'access'): void
  signInNeeded(replica: OpenedReplica): void
  tab(replica: OpenedReplica, message: TabMessage): void
  /** Another tab has replaced the data key. */
  otherKey(replica: OpenedReplica): void
  /** Whose session with the server it is. */
  person(person: Person): void
  /** Of somebody else's record less may be seen than is here. */
  narrowed(replica: OpenedReplica, grant: GrantTold): void
  /** The server was reached for the first time since the unlock. */
  contact(): void
}

export function createWorkerSession(environment: WorkerEnvironment, reports: ReplicaReports): WorkerSession {
  const { clock, random, setTimer, deviceName, locks, isOnline } = environment
  let ring: Promise<KeyRing> | null = null
  const { prover, sign, thumbprint } = createDevicePossession(async () => (await session.ring()).deviceKey())
  const http = createHttp(environment.fetch, environment.origin, setTimer, prover)
  const idle = createIdleLock({ clock, setTimer, onIdle: reports.idle })
  const { lastActive } = idle
  const onEnded = () => reports.leaseEnded()
  const lease = createLeaseKeeper({ environment, ring: () => session.ring(), lastActive, onEnded })
  const onPerson = (person: Person) => reports.person(person)
  const deviceId = () => {
    const known = account?.entry.deviceId ?? session.entering?.deviceId
    if (known !== undefined || (view.state !== 'staff' && view.state !== 'starting')) return known
    return session.ring().then((found) => found.staffDevice())
  }
  const told = { lastActive, onPerson, deviceId }
  const server = createServerSession({ http, clock, deviceName, setTimer, locks, isOnline, ...told })
  /** The clinic has let this device in: what every contact is good for. */
  const inContact = async (entry: RingEntry, key: OpenKey) => {
    await lease.renew(entry, key)
    // Bound to a record of one's own: who has none keeps the password's slot alone.
    if (entry.clientId !== '') await keepEscrow(session, entry, key)
  }
  let post: (event: WorkerEvent) => void = () => {}
  let view: SessionView = { state: 'starting', person: null }
  let account: OpenAccount | null = null
  /** What the page was told last that it shows. */
  let shown: OpenedReplica | null = null
  /** Each opening gets a new random name: to the page, an unlocked replica is a new database. */
  let opening = ''
  let turn: Promise<unknown> = Promise.resolve()

  /** Whose access ended is said until the person goes on to another record, whatever else is learnt meanwhile. */
  const showOpen = ({ person, record, records }: OpenAccount, now?: OpenRecord | null) => {
    const ended = now === undefined && view.state === 'open' ? view.ended : now
    session.show({ state: 'open', person, record, records, ...(ended && { ended }) })
  }
  /** Documents say which opening they are of. */
  const named = (event: WorkerEvent): WorkerEvent =>
    event.event === 'changed' ? { ...event, replica: opening } : event

  const session: WorkerSession = {
    environment,
    http,
    server,
    thumbprint,
    idle,
    lease,
    credentials: null,
    passkeyAnswer: null,
    entering: null,
    get view() {
      return view
    },
    get account() {
      return account
    },
    get opened() {
      return account?.current ?? null
    },
    get shown() {
      return shown !== null && account?.all.includes(shown) ? shown : null
    },
    get openedKey() {
      return account?.key ?? null
    },
    get opening() {
      return opening
    },
    ring() {
      ring ??= openKeyRing(environment, random).catch((error: unknown) => {
        ring = null
        throw error
      })
      return ring
    },
    postTo(next) {
      post = next
    },
    show(next) {
      view = next
      const current = account?.current ?? null
      const isOther = current !== shown
      if (isOther) opening = `replica-${uuid(random)}`
      shown = current
      post({ event: 'session', view, replica: current === null ? null : opening })
      if (isOther) current?.showSync()
    },
    async showLocked(lockReason) {
      // A ring that cannot be read now must not leave the screens open.
      const entry = await session
        .ring()
        .then((found) => found.current())
        .catch(() => undefined)
      const passkeys = entry?.passkeySlots?.map(({ credentialId }) => credentialId) ?? []
      const opensBy = { password: entry?.passwordSlot !== null, passkeys }
      session.show({ state: 'locked', person: null, opensBy, ...(lockReason && { lockReason }) })
    },
    inTurn(run) {
      const result = turn.then(run)
      turn = result.catch(() => {})
      return result
    },
    async open(entry, key, person) {
      let contacted = false
      const made: OpenAccount = await openAccount(
        {
          environment,
          ring: () => session.ring(),
          onChange: (ended) => {
            if (account === made) showOpen(made, ended)
          },
          openReplica: async (client, place) => {
            const ifOpen = (run: (replica: OpenedReplica) => void) => {
              if (account !== null && account === made && account.all.includes(replica)) run(replica)
            }
            const replica: OpenedReplica = await openReplica({
              environment,
              entry,
              record: { client, databaseName: place.databaseName },
              key: place.key,
              http,
              server,
              sign,
              post: (event) => ifOpen((it) => it === shown && post(named(event))),
              onRevoked: (what) => ifOpen((it) => reports.revoked(it, what)),
              onSignInNeeded: () => ifOpen(reports.signInNeeded),
              onGrant: (grant) => ifOpen(() => void session.inTurn(() => made.learnGrant(client, grant))),
              onNarrowed: (grant) => ifOpen((it) => reports.narrowed(it, grant)),
              onOnline: () => {
                session.credentials = null
                session.passkeyAnswer = null
                session.entering = null
                session.passkeyAnswer = null
                void inContact(entry, key).catch(() => {})
                if (!contacted) ifOpen(reports.contact)
                contacted = true
              },
              onOtherKey: () => ifOpen(reports.otherKey),
              onResealed: async (gone) =>
                forgetOlderKeys(await session.ring(), entry.id, place.key.keyId, gone),
              onTab: (message) => ifOpen((it) => reports.tab(it, message)),
            })
            return replica
          },
        },
        entry,
        key,
        person,
      )
      account = made
      idle.start()
      lease.start(entry, key)
      showOpen(made)
      made.start()
      return made.person
    },
    async closeReplica() {
      idle.stop()
      lease.stop()
      session.credentials = null
      const before = account
      account = null
      await before?.close()
    },
    async close() {
      server.forget()
      await session.closeReplica()
    },
  }
  return session
}
