/**
 * A replica while it is open: store, link, tabs and the view of what is where. Closing it drops the key and every
 * opened value with it; what is on the disk stays sealed.
 */
import type { DataKey } from '../../../shared/crypto/key-types.ts'
import type { GrantTold } from '../../../shared/protocol/messages.ts'
import type { RingEntry } from '../../keys/key-ring.ts'
import type { Http } from '../../transport/http.ts'
import type { Sign } from '../../transport/socket.ts'
import type { SyncView } from '../portal-session.ts'
import type { WorkerEvent } from '../worker-port.ts'
import type { SendingFiles } from './attachment-vault.ts'
import { createBackoff } from './backoff.ts'
import type { WorkerEnvironment } from './environment.ts'
import { holdKey } from './held-key.ts'
import { type Leadership, seekLeadership } from './leader.ts'
import { createLink } from './link.ts'
import type { Packing } from './packing.ts'
import { createQuietTimes } from './quiet-times.ts'
import { createReplicaFiles, type ReplicaFiles } from './replica-files.ts'
import { createReplicaStore, type ReplicaStore } from './replica-store.ts'
import { createResealing } from './reseal.ts'
import { openSealedDatabase } from './sealed-database.ts'
import { createSealer } from './sealer.ts'
import type { ServerSession } from './server-session.ts'
import { createShownSync } from './shown-sync.ts'
import { type Commit, createStoreCore, ReplicaClosed } from './store-core.ts'
import { type Received, syncView } from './sync-view.ts'
import { type LinkFacts, openTabChannel, type TabMessage } from './tab-channel.ts'
import { createUntoldCommits } from './untold-commits.ts'

export interface OpenedReplica {
  /** Of the account. */
  readonly entry: RingEntry
  /** Whose record it is. */
  readonly client: string
  readonly store: ReplicaStore
  readonly files: ReplicaFiles
  /** Opens the link (the leader's tab only). */
  start(): void
  nudge(): void
  /** A tab that slept may have missed what others wrote: compares, and posts what moved on. */
  catchUp(): Promise<void>
  /** The page was used: every tab of this replica stays open. */
  active(): void
  setPersisted(persisted: boolean): void
  /** Tells the page again what is where: it shows this record from now on. */
  showSync(): void
  say(message: TabMessage): void
  reportWiped(): Promise<void>
  close(): Promise<void>
}

export interface OpenedReplicaDeps {
  readonly environment: WorkerEnvironment
  readonly entry: RingEntry
  /** Whose record, and where it lies; by default the own one. */
  readonly record?: { readonly client: string; readonly databaseName: string }
  readonly key: DataKey
  /** By default the product's. */
  readonly packing?: Packing
  readonly http: Http
  readonly server: ServerSession
  readonly sign: Sign
  readonly post: (event: WorkerEvent) => void
  readonly onRevoked: (what: 'device' | 'access') => void
  readonly onSignInNeeded: () => void
  /** What the account may do with the record, where it is somebody else's. */
  readonly onGrant?: (grant: GrantTold) => void
  /** Less may be seen of it than is here: the replica is to be made anew. */
  readonly onNarrowed?: (grant: GrantTold) => void
  /** The server was reached and let this device in. */
  readonly onOnline: () => void
  /** Another tab has replaced the data key. */
  readonly onOtherKey?: () => void
  /** Nothing here is sealed by these older keys any more, and nobody has them open. */
  readonly onResealed?: (keyIds: readonly string[]) => Promise<void>
  /** Another tab locked, signed out or was wiped, or was used. */
  readonly onTab: (message: TabMessage) => void
}

/** What the page shows first is read first. */
const FIRST_MS = 200
/** Documents confirmed in this session are listed at most so many. */
const RECEIVED = 50

const token = (random: WorkerEnvironment['random']) =>
  Array.from(random(8), (byte) => byte.toString(36).padStart(2, '0')).join('')

export async function openReplica(deps: OpenedReplicaDeps): Promise<OpenedReplica> {
  const { environment, entry, post } = deps
  const { client, databaseName } = deps.record ?? {
    client: entry.clientId,
    databaseName: entry.databaseName,
  }
  const letGoOfKey = await holdKey(environment.locks, deps.key.keyId)
  const database = await openSealedDatabase(databaseName, environment).catch((error: unknown) => {
    letGoOfKey()
    throw error
  })
  const owner = { account: entry.accountId, client }
  const sealer = createSealer(deps.key, owner, environment.random, undefined, deps.onOtherKey)
  const me = token(environment.random)
  const core = createStoreCore(database, sealer, me, deps.packing)
  const store = createReplicaStore(core, environment.clock, environment.IDBKeyRange)

  let closed = false
  let persisted = false
  let facts: LinkFacts = { link: 'offline', inFlight: [], received: [], progress: null }
  let leadership: Leadership | undefined
  const leads = () => leadership?.leads === true

  const { refresh, rest, ...shownSync } = createShownSync(
    environment.setTimer,
    async () => {
      const { entries, lastSyncedAt } = await store.glance()
      if (closed) return 0
      const view: SyncView = syncView({
        ...facts,
        entries,
        inFlight: new Set(facts.inFlight),
        lastSyncedAt: lastSyncedAt ?? null,
        persisted,
      })
      post({ event: 'sync', view })
      return entries.length
    },
    notShown,
  )
  let lost = false
  const learn = (more: Partial<LinkFacts>) => {
    facts = { ...facts, ...more, ...(lost && { link: 'storage-lost', inFlight: [] }) }
    if (leads()) sayLink(false)
    refresh()
  }
  const sayFiles = (sending: SendingFiles) => channel.say({ say: 'files', sending: leads() ? sending : null })
  const sayLink = (begins: boolean) => channel.say({ say: 'link', leader: me, begins, facts })

  // ---- documents that changed, to the page and to the other tabs
  const postChanged = async (changed: Commit['changed']) => {
    for (const { number, documents } of changed) {
      const collection = await store.nameOf(number)
      if (collection !== undefined) post({ event: 'changed', collection, documents: [...documents] })
    }
  }
  /** In the order of the commits: names are looked up asynchronously. */
  let posting: Promise<void> = Promise.resolve()
  const inOrder = (run: () => Promise<void>) => {
    posting = posting.then(run).catch(notShown)
  }
  store.onCommit = ({ changed, keys, outbox, version }) => {
    if (changed.length > 0) inOrder(() => postChanged(changed))
    files.committed({ changed, outbox })
    channel.say({ say: 'commit', keys, outbox, version })
    if (outbox && leads()) link.written()
    refresh()
    untold.wait()
    quietTimes.wait()
  }

  const quietTimes = createQuietTimes({
    store,
    resealing: createResealing({
      core,
      locks: environment.locks,
      letGo: deps.onResealed ?? (async () => {}),
    }),
    setTimer: environment.setTimer,
    isWanted: () => !closed && leads(),
    onError: notShown,
  })

  const hear = (message: TabMessage) => {
    if (message.say === 'commit') {
      store.othersWrote(message.version)
      inOrder(async () => {
        await postChanged(await store.loadDocuments(message.keys, message.version))
        refresh()
        if (!closed) untold.wait()
      })
    }
    if (message.say === 'link' && leadership?.hear(message.leader, message.begins)) {
      learn(message.facts)
      if (message.begins) lookForUntold()
    }
    if (message.say === 'files') files.heard(leads() ? null : message.sending)
    if (leads()) hearAsLeader(message)
    deps.onTab(message)
  }
  const hearAsLeader = (message: TabMessage) => {
    if (message.say === 'commit' && message.outbox) {
      link.written()
      files.written()
    }
    if (message.say === 'report') {
      sayLink(false)
      if (message.files) sayFiles(files.attachments.sending())
    }
    if (message.say === 'nudge') link.nudge()
  }
  const channel = openTabChannel(environment.openChannel, databaseName, (message) => {
    if (!closed) hear(message)
  })

  const chance = () => (environment.random(1)[0] ?? 0) / 255

  const remember = (settled: readonly Received[]) => {
    const others = facts.received.filter(
      (item) => !settled.some(({ collection, id }) => collection === item.collection && id === item.id),
    )
    learn({ received: [...settled, ...others].slice(0, RECEIVED) })
  }

  const files = createReplicaFiles({
    environment,
    databaseName,
    owner,
    store,
    server: deps.server,
    http: deps.http,
    post,
    tell: sayFiles,
    chance,
    isLinked: () => !closed && facts.link === 'online' && leads(),
    onFree: () => link.written(),
    notShown,
  })

  const link = createLink({
    store,
    client,
    device: entry.deviceId,
    origin: environment.origin,
    openSocket: environment.openSocket,
    http: deps.http,
    token: () => deps.server.token(),
    rejectToken: () => deps.server.rejectToken(),
    sign: deps.sign,
    backoff: createBackoff(chance),
    setTimer: environment.setTimer,
    isOnline: environment.isOnline ?? (() => true),
    onStatus: (status) => {
      learn({ link: status })
      if (status !== 'online') return
      files.online()
      deps.onOnline()
    },
    onInFlight: (inFlight) => learn({ inFlight }),
    onSettled: (settled) => {
      remember(settled)
      files.received(settled)
    },
    onProgress: (progress) => learn({ progress }),
    onRevoked: deps.onRevoked,
    onSignInNeeded: deps.onSignInNeeded,
    sendFiles: () => files.sendNow(),
    onGrant: (grant) => deps.onGrant?.(grant),
    onNarrowed: (grant) => deps.onNarrowed?.(grant),
  })
  // Nothing is saved here any more, and this tab alone knows what was not sent: it says so, and keeps that open.
  database.onLost = () => {
    lost = true
    link.stop()
    learn({})
  }
  core.sendsAtOnce = () => leads() && link.isIdle()
  const catchUp = async () => {
    if (!(await store.movedElsewhere())) return
    inOrder(async () => {
      await postChanged(await store.loadReplicated())
      refresh()
    })
  }

  /** Whoever wrote may have died between a commit and the word of it. */
  const lookForUntold = () => void prepared.then(catchUp).catch(notShown)
  const untold = createUntoldCommits(() => store.untold, environment.setTimer, lookForUntold)

  // While the page gets ready. What reads much and can wait comes after it.
  const prepared = store.prepare()
  prepared.catch(notShown)
  void prepared.then(() => files.tidy()).catch(notShown)
  rest(FIRST_MS)
  // On a full disk an unlock must still work.
  const cancelTidy = environment.setTimer(() => void store.tidy().catch(() => {}), FIRST_MS)
  return {
    entry,
    client,
    store,
    files,
    start() {
      const ask = (files: boolean) => channel.say({ say: 'report', files })
      ask(true)
      leadership = seekLeadership({
        locks: environment.locks,
        name: databaseName,
        me,
        setTimer: environment.setTimer,
        chance,
        ask: () => ask(false),
        announce: () => sayLink(true),
        onLead() {
          link.start()
          quietTimes.wait()
          lookForUntold()
        },
        // It may have slept: what it knew of the link is old, and of the documents too.
        onFollow() {
          link.stop()
          learn({ link: 'connecting', inFlight: [], progress: null })
          ask(true)
          void catchUp().catch(notShown)
        },
      })
      // Where it leads at once, it could not be asked whether it does.
      quietTimes.wait()
      refresh()
    },
    nudge() {
      if (leads()) link.nudge()
      else channel.say({ say: 'nudge' })
    },
    catchUp,
    active: () => channel.say({ say: 'active' }),
    setPersisted(value) {
      persisted = value
      refresh()
    },
    showSync() {
      refresh()
      files.show()
    },
    say: (message) => channel.say(message),
    reportWiped: () => link.reportWiped(),
    async close() {
      if (closed) return
      closed = true
      shownSync.stop()
      cancelTidy()
      untold.stop()
      quietTimes.stop()
      link.stop()
      leadership?.stop()
      channel.close()
      files.close()
      await core.close()
      letGoOfKey()
    },
  }
}

/** One change that could not be read must not keep those after it from the page. */
const notShown = (error: unknown) => {
  if (!(error instanceof ReplicaClosed)) console.error('a change could not be shown', error)
}
