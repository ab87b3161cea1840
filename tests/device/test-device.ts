/**
 * A device without a browser: the real worker core and the real page half, joined by a MessageChannel, over an
 * IndexedDB in memory that survives a crash. Network and moment of death are in the test's hands.
 */

import { IDBFactory, IDBKeyRange } from 'fake-indexeddb'
import { filter, firstValueFrom, timeout } from 'rxjs'
import type { PortalSession, SyncView } from '../../client/replica/portal-session.ts'
import type { ReplicaDatabase } from '../../client/replica/replica-database.ts'
import { createPortalSession } from '../../client/replica/session.ts'
import type { WorkerEnvironment } from '../../client/replica/worker/environment.ts'
import { createReplicaWorker, type ReplicaWorker } from '../../client/replica/worker/replica-worker.ts'
import { type OpenSocket, openSocket } from '../../client/transport/socket.ts'
import type { CollectionName } from '../../shared/protocol/collections.ts'
import { createCookieJar, createNetwork } from './device-network.ts'
import { createEventLoop, socketsOf } from './event-loop.ts'
import { createChannels, createLocks } from './tabs.ts'
import type { VirtualTime } from './virtual-time.ts'

export interface TestDeviceOptions {
  readonly url: string
  readonly email: string
  readonly password: string
  readonly name: string
  /** Default: the real network. */
  readonly network?: { readonly fetch: typeof fetch; readonly openSocket: OpenSocket }
  /** Default: the system's clock. */
  readonly now?: () => number
  /** Default: timers of the system. With it, `now` is its clock. */
  readonly time?: VirtualTime
  /** Another tab of this device: the same disk, cookies, locks and channels. */
  readonly tabOf?: TestDevice
  /** RxDB opens 13 collections in a process, of all devices together. Default: those of forms. `all`: with the device's own. */
  readonly collections?: readonly CollectionName[] | 'all'
}

export interface TestDevice extends AsyncDisposable {
  readonly name: string
  readonly session: PortalSession
  readonly indexedDB: IDBFactory
  /** What the tabs of one device share. */
  readonly shared: SharedDevice
  readonly sync: SyncView
  /** The opened replica; throws while locked. */
  readonly db: ReplicaDatabase
  goOffline(): void
  goOnline(): void
  /** Everything in memory is gone at once; nothing of it reaches the disk or the network any more. */
  crash(): void
  /** Nothing of it reaches other tabs any more: it is about to crash between a commit and the word of it. */
  mute(): void
  /** The browser stops this tab: it keeps its locks and connections, and does nothing until it thaws. */
  freeze(): void
  thaw(): void
  /** Starts the app again on the same disk and unlocks it. */
  reopen(): Promise<void>
  /** Lets everything that waits for time happen now, as after a long sleep. */
  runTimers(): Promise<void>
  /** The same app on the same disk, not unlocked. */
  restart(): void
  /** Until the server has everything from here and no connection is pending. */
  settled(): Promise<void>
  until(condition: (view: SyncView) => boolean): Promise<SyncView>
  /** Until a document of the replica looks like that. */
  untilDocument(
    collection: string,
    id: string,
    condition: (document: { readonly [key: string]: unknown }) => boolean,
  ): Promise<void>
}

export interface SharedDevice {
  readonly indexedDB: IDBFactory
  readonly cookies: ReturnType<typeof createCookieJar>
  readonly locks: ReturnType<typeof createLocks>
  readonly channels: ReturnType<typeof createChannels>
}

const PATIENCE_MS = 60_000

export async function createTestDevice(options: TestDeviceOptions): Promise<TestDevice> {
  const shared = options.tabOf?.shared ?? {
    indexedDB: new IDBFactory(),
    cookies: createCookieJar(options.network?.fetch ?? fetch),
    locks: createLocks(),
    channels: createChannels(),
  }
  const { indexedDB, cookies } = shared
  const { collections = ['definitions', 'drafts', 'submissions'] } = options
  let online = true
  let life = begin()

  function begin() {
    const network = createNetwork(
      { fetch: cookies.fetch, openSocket: options.network?.openSocket ?? openSocket },
      () => online,
    )
    const timers = new Map<ReturnType<typeof setTimeout>, () => void>()
    const loop = createEventLoop()
    const locks = shared.locks.forTab(loop.whenAwake)
    const channels = shared.channels.forTab(loop.whenAwake)
    const environment: WorkerEnvironment = {
      indexedDB,
      IDBKeyRange,
      fetch: async (...request) => loop.awake(await network.fetch(...request)),
      openSocket: socketsOf(loop, network.openSocket),
      origin: options.url,
      clock: { now: options.now ?? options.time?.now ?? (() => Date.now()) },
      random: (length) => crypto.getRandomValues(new Uint8Array(length)),
      setTimer:
        options.time?.setTimer ??
        ((run, ms) => {
          const fire = () => {
            clearTimeout(timer)
            if (timers.delete(timer)) run()
          }
          const timer = setTimeout(() => loop.whenAwake(fire), ms)
          timers.set(timer, fire)
          return () => {
            clearTimeout(timer)
            timers.delete(timer)
          }
        }),
      isOnline: () => online,
      locks: locks.manager,
      openChannel: channels.open,
      deviceName: options.name,
    }
    const worker: ReplicaWorker = createReplicaWorker(environment)
    const { port1, port2 } = new MessageChannel()
    worker.serve(port1)
    const session = createPortalSession({
      worker: port2,
      ...(collections !== 'all' && { collections }),
    })
    const kill = () => {
      network.kill()
      for (const timer of timers.keys()) clearTimeout(timer)
      timers.clear()
      channels.close()
      locks.release()
      port1.close()
      port2.close()
      // Memory of the page: only so that RxDB's count of open collections is right again.
      session.replica$.subscribe((replica) => void replica?.close().catch(() => {})).unsubscribe()
    }
    return { worker, session, network, loop, timers, kill, mute: channels.mute }
  }

  const started = (session: PortalSession) =>
    firstValueFrom(
      session.session$.pipe(
        filter(({ state }) => state !== 'starting'),
        timeout(PATIENCE_MS),
      ),
    )

  const device: TestDevice = {
    name: options.name,
    indexedDB,
    shared,
    get session() {
      return life.session
    },
    get sync() {
      let current: SyncView | undefined
      life.session.sync$
        .subscribe((view) => {
          current = view
        })
        .unsubscribe()
      return current as SyncView
    },
    get db() {
      let current: ReplicaDatabase | null = null
      life.session.replica$
        .subscribe((replica) => {
          current = replica
        })
        .unsubscribe()
      if (current === null) throw new Error(`${options.name} is locked`)
      return current
    },
    goOffline() {
      online = false
      life.network.cut()
    },
    goOnline() {
      online = true
      life.session.syncNow()
    },
    crash: () => life.kill(),
    mute: () => life.mute(),
    freeze: () => life.loop.freeze(),
    thaw: () => life.loop.thaw(),
    async runTimers() {
      for (const fire of [...life.timers.values()]) fire()
    },
    restart() {
      life.kill()
      life = begin()
    },
    async reopen() {
      device.restart()
      await started(life.session)
      const result = await life.session.unlock({ password: options.password })
      if (!result.ok) throw new Error(`${options.name} could not unlock: ${result.reason}`)
    },
    until: (condition) => firstValueFrom(life.session.sync$.pipe(filter(condition), timeout(PATIENCE_MS))),
    async settled() {
      for (;;) {
        await device.until(
          ({ link, unsent, progress }) => link === 'online' && unsent === 0 && progress === null,
        )
        // The view follows a write by a moment: what is on the disk decides.
        const unsent = (await life.session.exportUnsent()) as { reason?: string }[]
        if (unsent.every(({ reason }) => reason !== undefined)) return
        await device.until((view) => view.unsent > 0)
      }
    },
    async untilDocument(collection, id, condition) {
      const found = device.db[collection]
      if (found === undefined) throw new Error(`no collection ${collection}`)
      await firstValueFrom(
        found.findOne(id).$.pipe(
          filter(
            (document) => document !== null && condition(document.toJSON() as { [key: string]: unknown }),
          ),
          timeout(PATIENCE_MS),
        ),
      ).catch(async () => {
        const document = (await found.findOne(id).exec())?.toJSON()
        throw new Error(`${options.name} shows ${JSON.stringify(document)}, ${JSON.stringify(device.sync)}`)
      })
    },
    async [Symbol.asyncDispose]() {
      online = false
      life.loop.thaw()
      life.network.cut()
      await life.worker.close()
      life.kill()
    },
  }
  await started(life.session)
  const result = await life.session.signIn({ email: options.email, password: options.password })
  if (!result.ok) throw new Error(`${options.name} could not sign in: ${result.reason}`)
  return device
}
