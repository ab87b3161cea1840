/**
 * The replica's worker without the unlock page: the key comes from the page, signing in is done once, and the network
 * can be taken away. Store, outbox, envelopes, pull and push are the product's own.
 */
import { describeDevice } from '../../../../client/replica/worker/device-name.ts'
import { createDevicePossession } from '../../../../client/replica/worker/device-possession.ts'
import { documentCalls } from '../../../../client/replica/worker/document-calls.ts'
import type { ChannelLike, WorkerEnvironment } from '../../../../client/replica/worker/environment.ts'
import { type OpenedReplica, openReplica } from '../../../../client/replica/worker/opened-replica.ts'
import { createServerSession, type ServerSession } from '../../../../client/replica/worker/server-session.ts'
import {
  type MessagePortLike,
  serveWorker,
  type WorkerCalls,
} from '../../../../client/replica/worker-port.ts'
import { createHttp } from '../../../../client/transport/http.ts'
import { openSocket, type PortalSocket } from '../../../../client/transport/socket.ts'
import { createWebDataKey } from '../../../../shared/crypto/web-data-key.ts'
import type { BenchCalls, OpenInput, Share } from './bench-calls.ts'

const EMAIL = 'client@demo.test'
const PASSWORD = 'demo-portal-2026'
const UNKNOWN = '00000000-0000-7000-8000-000000000000'

let replica: OpenedReplica | null = null
let session: ServerSession | null = null
let share: Share | null = null
let offline = true
let started = false
let socket: { dead(): void } | null = null
let origin = ''

/** Of this worker only: a peer's database is what is measured, not keys. */
const { prover, sign } = createDevicePossession(() =>
  crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']),
)

const openChannel = (name: string): ChannelLike => {
  const channel = new BroadcastChannel(name)
  return {
    postMessage: (message) => channel.postMessage(message),
    listen: (listener) => channel.addEventListener('message', ({ data }) => listener(data)),
    close: () => channel.close(),
  }
}

const setTimer: WorkerEnvironment['setTimer'] = (run, ms) => {
  const timer = setTimeout(run, ms)
  return () => clearTimeout(timer)
}

const environment = (): WorkerEnvironment => ({
  indexedDB,
  IDBKeyRange,
  fetch: (input, init) => (offline ? Promise.reject(new TypeError('offline')) : fetch(input, init)),
  openSocket(options) {
    const opened: PortalSocket = openSocket(options)
    socket = {
      dead() {
        opened.close()
        options.events.closed(null)
      },
    }
    return opened
  },
  origin,
  clock: { now: () => Date.now() },
  random: (length) => crypto.getRandomValues(new Uint8Array(length)),
  setTimer,
  locks: { request: async (name, options, held) => await navigator.locks.request(name, options, held) },
  openChannel,
  deviceName: describeDevice(navigator.userAgent),
})

/** Signs in; a token lives five minutes, so this may happen again. */
async function signIn(deviceId: string): Promise<Share> {
  const http = createHttp(fetch.bind(globalThis), origin, setTimer, prover)
  const device = { id: deviceId, name: 'Bench' }
  const answer = await http({
    method: 'POST',
    path: '/api/v1/portal/auth/login',
    body: { email: EMAIL, password: PASSWORD, device },
  })
  if (answer.status !== 200) throw new Error(`sign-in: ${answer.status}`)
  const { accessToken, socketTicket, account } = answer.body as {
    accessToken: string
    socketTicket: string
    account: { id: string; clientId: string }
  }
  const { id: accountId, clientId } = account
  const goodUntil = Date.now() + 240_000
  return { accountId, clientId, deviceId, token: accessToken, ticket: socketTicket, goodUntil }
}

async function open({ db, url, key, known }: OpenInput): Promise<Share | null> {
  origin = url === null ? '' : `http://${url}`
  share = known ?? (url === null ? null : await signIn(crypto.randomUUID()))
  const outside = environment()
  const http = createHttp(outside.fetch, origin, setTimer, prover)
  const { clock, deviceName } = outside
  const plain = createServerSession({ http, clock, deviceName, setTimer, lastActive: () => undefined })
  session = {
    ...plain,
    async token() {
      if (share === null || offline) return { ok: false, reason: 'silent' }
      if (share.goodUntil < Date.now()) share = await signIn(share.deviceId)
      return { ok: true, token: share.token, ticket: share.ticket }
    },
  }
  replica = await openReplica({
    environment: outside,
    entry: {
      id: db,
      emailHash: '',
      databaseName: db,
      accountId: share?.accountId ?? UNKNOWN,
      clientId: share?.clientId ?? UNKNOWN,
      deviceId: share?.deviceId ?? UNKNOWN,
      keyId: 'bench',
      deviceSecret: new Uint8Array(),
      passwordSlot: new Uint8Array(),
      wrongAttempts: 0,
      retryAt: 0,
      usedAt: 0,
    },
    key: await createWebDataKey<CryptoKey>(crypto.subtle, Uint8Array.from(key), 'bench'),
    http,
    server: session,
    sign,
    post,
    onRevoked: (what) => console.error(`revoked: ${what}`),
    onSignInNeeded: () => console.error('sign-in needed'),
    onOnline: () => {},
    onTab: () => {},
  })
  return share
}

const calls: BenchCalls = {
  benchOpen: open,
  benchShare: async () => await signIn(crypto.randomUUID()),
  async benchConnect() {
    offline = false
    if (started) replica?.nudge()
    else replica?.start()
    started = true
  },
  async benchDisconnect() {
    offline = true
    socket?.dead()
    socket = null
  },
  benchUnsent: async () => (await replica?.store.pending())?.length ?? 0,
  async benchArrive({ rows, head }) {
    const position = head === null ? { after: 0, upTo: 1 } : null
    const to = head === null ? {} : { to: { e: 1, s: head, k: 'bench' } }
    await replica?.store.reconcile({ rows, pulled: { position }, ...to })
  },
  async benchSettle() {
    await replica?.store.settle(() => new Promise((resolve) => setTimeout(resolve)))
  },
  async benchClose() {
    await replica?.close()
    replica = null
    started = false
    offline = true
  },
}

const post = serveWorker(
  globalThis as unknown as MessagePortLike,
  {
    ...documentCalls(() => ({ replica, opening: '' })),
    ...calls,
  } as unknown as WorkerCalls,
)
