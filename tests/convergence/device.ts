/**
 * A device of the client: a disk that outlives its tabs, a line to the server, a clock of its own that may be wrong.
 */
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb'
import type { RingEntry } from '../../client/keys/key-ring.ts'
import type { ChannelLike } from '../../client/replica/worker/environment.ts'
import type { Packing } from '../../client/replica/worker/packing.ts'
import type { Http } from '../../client/transport/http.ts'
import type { DataKey } from '../../shared/crypto/key-types.ts'
import { createNodeDataKey } from '../../sync-server/platform/node-data-key.ts'
import { createLocks } from '../device/tabs.ts'
import type { Ledger } from './ledger.ts'
import type { Life } from './life.ts'
import { createLine, type Door, type Line } from './network.ts'
import type { Random } from './random.ts'
import { openTab, type Tab } from './tab.ts'
import type { World } from './world.ts'

/** What all devices of a run share. */
export interface Stage {
  readonly world: World
  readonly random: Random
  readonly ledger: Ledger
  /** People also write messages and ask for things. */
  readonly talks: boolean
  /** Rows of a page of a pull; null: as many as are asked for. */
  readonly pageRows: number | null
  /** By how many documents lie together; null: the product's own. */
  readonly packing: Packing | null
}

export interface DeviceOptions {
  readonly stage: Stage
  readonly name: string
  readonly clientId: string
  readonly accountId: string
  readonly door: Door
  readonly protocol: number
  /** Makes the server know a new device id. */
  readonly register: (deviceId: string) => Promise<void>
}

export interface Device {
  readonly stage: Stage
  readonly name: string
  readonly clientId: string
  readonly line: Line
  readonly door: Door
  /** That tabs opened from now on speak. */
  protocol: number
  readonly keyRange: typeof globalThis.IDBKeyRange
  readonly locks: ReturnType<typeof createLocks>
  readonly store: IDBFactory
  readonly entry: RingEntry
  readonly key: DataKey
  readonly tabs: readonly Tab[]
  /** Tabs opened so far. */
  readonly opened: number
  /** ms that its clock is ahead. */
  skew: number
  /** `revoked`: the record was taken from it, and what it held is gone; `closed`: to be tried at the next contact. */
  readonly state: 'active' | 'revoked' | 'closed'
  channels(life: Life): (name: string) => ChannelLike
  withCookie(http: Http): Http
  openTab(): Tab
  /** A tab that is open and usable: not one that is frozen. */
  tab(random: Random): Tab | undefined
  destroy(what: string): void
  keepForLater(): void
  /** The next contact of one that could not hand in what it had. */
  tryAgain(): void
  /** The browser throws everything away; the app starts anew as another device. */
  evict(): Promise<void>
}

export function createDevice(options: DeviceOptions): Device {
  const { stage, name, clientId } = options
  const { world } = stage
  const random = stage.random.fork(name)
  const locks = createLocks()
  const between = random.fork('between tabs')
  const ears = new Map<ChannelLike, { name: string; life: Life; hear: (message: unknown) => void }>()
  let tabs: Tab[] = []
  let opened = 0
  let state: Device['state'] = 'active'
  let store = new IDBFactory()
  let identity = makeIdentity()

  function makeIdentity() {
    const deviceId = random.uuid()
    return {
      entry: {
        id: random.uuid(),
        emailHash: '',
        databaseName: `replica-${random.uuid()}`,
        accountId: options.accountId,
        clientId,
        deviceId,
        keyId: random.uuid(),
        deviceSecret: random.bytes(32),
        passwordSlot: random.bytes(32),
        wrongAttempts: 0,
        retryAt: 0,
        usedAt: 0,
      } satisfies RingEntry,
    }
  }
  let key = createNodeDataKey(random.bytes(32), identity.entry.keyId)
  const endTabs = () => {
    for (const tab of tabs) tab.life.end()
    tabs = []
  }
  const release = () => {
    for (const entry of stage.ledger.entries)
      if (entry.replica === identity.entry.deviceId && !stage.ledger.taken.has(entry.token))
        entry.released = true
  }

  const device: Device = {
    stage,
    name,
    clientId,
    line: createLine(name, world, random.fork('line'), stage.pageRows),
    door: options.door,
    protocol: options.protocol,
    keyRange: IDBKeyRange as unknown as typeof globalThis.IDBKeyRange,
    locks,
    skew: 0,
    get store() {
      return store
    },
    get entry() {
      return identity.entry
    },
    get key() {
      return key
    },
    get tabs() {
      tabs = tabs.filter(({ life }) => life.alive)
      return tabs
    },
    get opened() {
      return opened
    },
    get state() {
      return state
    },
    channels: (life) => (channelName) => {
      let said = 0
      const channel: ChannelLike = {
        postMessage(message) {
          const copy = structuredClone(message)
          // Other tabs hear of it in their own time, in the order in which it was said.
          const due = Math.max(
            said,
            world.now + (between.chance(0.1) ? between.between(20, 1_000) : between.between(0, 20)),
          )
          said = due
          for (const [other, ear] of ears)
            if (other !== channel && ear.name === channelName && life.alive)
              world.after(due - world.now, () => {
                ear.life.whenAwake(() => {
                  if (ear.life.alive && ears.has(other)) ear.hear(copy)
                })
              })
        },
        listen(hear) {
          ears.set(channel, { name: channelName, life, hear })
        },
        close: () => void ears.delete(channel),
      }
      life.onEnd(() => ears.delete(channel))
      return channel
    },
    withCookie: (http) => (request) =>
      http({ ...request, token: request.token ?? `token:${identity.entry.deviceId}` }),
    openTab() {
      opened += 1
      const tab = openTab(device, `${name}.${opened}`)
      tabs.push(tab)
      world.note(`${tab.name} opens`)
      // Somebody comes back after a crash.
      tab.life.onEnd(() => {
        world.after(random.between(500, 30_000), () => {
          if (state === 'active' && device.tabs.length === 0) device.openTab()
        })
      })
      return tab
    },
    tab(from) {
      const usable = device.tabs.filter(({ replica, life }) => replica !== null && !life.frozen)
      return usable.length === 0 ? undefined : from.pick(usable)
    },
    destroy(what) {
      world.note(`${name} is wiped (${what})`)
      endTabs()
      store = new IDBFactory()
      state = 'revoked'
      if (what === 'access') release()
    },
    keepForLater() {
      endTabs()
      state = 'closed'
    },
    tryAgain() {
      if (state !== 'closed') return
      state = 'active'
      device.openTab()
    },
    async evict() {
      world.note(`${name} is evicted`)
      endTabs()
      release()
      store = new IDBFactory()
      identity = makeIdentity()
      key = createNodeDataKey(random.bytes(32), identity.entry.keyId)
      await options.register(identity.entry.deviceId)
    },
  }
  return device
}
