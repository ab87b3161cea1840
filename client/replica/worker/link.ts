/**
 * One connection to the server for one replica: hello, pull what is missing, push what waits, take what comes; after
 * any failure again from the start, with growing waits. Correctness never depends on a notification: what is lost is
 * found by the next hello. SPEC: client/replica/SPEC.md, R12.
 */
import type { ErrorCode } from '../../../shared/protocol/errors.ts'
import { type Changes, PROTOCOL, SCHEMA_VERSION } from '../../../shared/protocol/messages.ts'
import type { Http } from '../../transport/http.ts'
import { type OpenSocket, type PortalSocket, SocketTimeout } from '../../transport/socket.ts'
import type { SyncView } from '../portal-session.ts'
import type { Backoff } from './backoff.ts'
import { PullRefused, pullAll } from './pull.ts'
import { pushAll } from './push.ts'
import type { ReplicaStore } from './replica-store.ts'
import type { TokenResult } from './server-session.ts'
import { ReplicaClosed } from './store-core.ts'

export type LinkStatus = SyncView['link']

export interface LinkDeps {
  readonly store: ReplicaStore
  readonly client: string
  readonly device: string
  readonly origin: string
  readonly openSocket: OpenSocket
  readonly http: Http
  readonly token: () => Promise<TokenResult>
  readonly rejectToken: () => void
  readonly backoff: Backoff
  readonly setTimer: (run: () => void, ms: number) => () => void
  readonly onStatus: (status: LinkStatus) => void
  readonly onInFlight: (numbers: readonly number[]) => void
  readonly onSettled: (settled: readonly { collection: number; id: string; at: number }[]) => void
  readonly onProgress: (progress: number | null) => void
  /** The device was signed out, or its access to this record ended: destroy. */
  readonly onRevoked: (what: 'device' | 'access') => void
  /** The session ended: somebody has to sign in. */
  readonly onSignInNeeded: () => void
}

export interface Link {
  start(): void
  /** Something may have changed outside: network, sign-in, visibility. Connects now, or pushes now. */
  nudge(): void
  /** Something was written: push it soon, together with what is typed meanwhile. */
  written(): void
  /** Tells the server that this device was wiped, if it can be reached at once. */
  reportWiped(): Promise<void>
  stop(): void
}

const TYPING_MS = 250
const CHECK_MS = 60_000

export function createLink(deps: LinkDeps): Link {
  const { store, backoff, setTimer } = deps
  let stopped = true
  let socket: PortalSocket | null = null
  let greeted = false
  let connecting = false
  let cancelTimer: (() => void) | undefined
  let cancelTyping: (() => void) | undefined
  /** What the work loop still has to do; `head` is the newest position heard of. */
  let wants = { pull: false, push: false }
  let working = false
  let head = 0

  const later = (run: () => void, ms: number) => {
    cancelTimer?.()
    cancelTimer = setTimer(() => {
      cancelTimer = undefined
      run()
    }, ms)
  }
  const retry = () => {
    if (!stopped) later(() => void connect(), backoff.next())
  }
  const drop = () => {
    socket?.close()
    socket = null
    greeted = false
  }
  const fail = () => {
    drop()
    if (stopped) return
    deps.onStatus('offline')
    retry()
  }

  async function connect(): Promise<void> {
    if (stopped || connecting || socket !== null) return
    connecting = true
    try {
      deps.onStatus('connecting')
      const token = await deps.token()
      if (stopped) return
      if (token.ok) open(token.token)
      else if (token.reason === 'revoked') deps.onRevoked('device')
      else if (token.reason === 'expired') signInNeeded()
      else fail()
    } finally {
      connecting = false
    }
  }

  function signInNeeded(): void {
    drop()
    deps.onStatus('sign-in-needed')
    deps.onSignInNeeded()
  }

  function open(token: string): void {
    const mine: PortalSocket = deps.openSocket({
      origin: deps.origin,
      token,
      events: {
        opened: () => void greet(mine),
        closed: (code) => {
          if (socket !== mine) return
          socket = null
          greeted = false
          if (code !== null) refused(code)
          else fail()
        },
        changes: (message) => void take(mine, message),
        revoke: ({ client }) => {
          if (socket === mine && client === deps.client) deps.onRevoked('access')
        },
        wipe: () => {
          if (socket === mine) deps.onRevoked('device')
        },
      },
    })
    socket = mine
  }

  async function greet(mine: PortalSocket): Promise<void> {
    try {
      const cursor = (await store.cursor()) ?? null
      const m = await store.lowestResent()
      const { client, device } = deps
      const reply = await mine.hello({ p: PROTOCOL, v: SCHEMA_VERSION, client, device, cursor, m })
      if (socket !== mine) return
      if ('error' in reply) {
        // Signed in, and yet there is no such record: it was taken away while this device was elsewhere.
        if (reply.error === 'not_found') deps.onRevoked('access')
        else refused(reply.error)
        return
      }
      const answer = reply.ok
      head = answer.head.s
      await store.reserveNumbers(answer.last)
      if (answer.mode !== 'delta' || (cursor?.s ?? 0) !== head)
        await pullAll(mine, pullDeps, answer.mode, head)
      else await store.markSynced()
      if (socket !== mine) return
      backoff.reset()
      greeted = true
      deps.onStatus('online')
      later(check, CHECK_MS)
      work({ pull: (await store.ackedNumbers()).length > 0 || (await isBehind()), push: true })
    } catch (error) {
      broken(mine, error)
    }
  }

  const check = () => {
    if (socket === null) void connect()
    else {
      work({ push: true })
      later(check, CHECK_MS)
    }
  }

  const isBehind = async () => ((await store.cursor())?.s ?? 0) < head

  const pullDeps = {
    store,
    client: deps.client,
    http: deps.http,
    token: async () => {
      const token = await deps.token()
      return token.ok ? token.token : null
    },
    onProgress: deps.onProgress,
  }

  async function take(mine: PortalSocket, { client, from, to, rows }: Changes): Promise<void> {
    if (client !== deps.client || socket !== mine) return
    head = Math.max(head, to.s)
    // Before the first pull is through there is nothing to apply it to: the pull brings it.
    if (!greeted) return
    try {
      const { gap } = await store.reconcile({ rows, from, to })
      if (gap) work({ pull: true })
    } catch (error) {
      broken(mine, error)
    }
  }

  /** One thing at a time: a pull first, for it may settle what was pushed. */
  function work(wanted: Partial<typeof wants>): void {
    wants = { pull: wants.pull || wanted.pull === true, push: wants.push || wanted.push === true }
    if (working || !greeted || socket === null) return
    working = true
    const mine = socket
    void doAll(mine)
      .catch((error: unknown) => broken(mine, error))
      .finally(() => {
        working = false
        if (greeted && (wants.pull || wants.push)) work({})
      })
  }

  async function doAll(mine: PortalSocket): Promise<void> {
    while (socket === mine && (wants.pull || wants.push)) {
      if (wants.pull) {
        wants.pull = false
        await pullAll(mine, pullDeps, 'delta', head)
        if (await isBehind()) wants.pull = true
        continue
      }
      wants.push = false
      const result = await pushAll(mine, {
        store,
        client: deps.client,
        onInFlight: deps.onInFlight,
        onSettled: deps.onSettled,
        onGap: () => {
          wants.pull = true
        },
      })
      if (result.done === 'refused') refused(result.code)
    }
  }

  /** The server refused the request as a whole. */
  function refused(code: ErrorCode): void {
    if (stopped) return
    if (code === 'device_revoked') deps.onRevoked('device')
    else if (code === 'protocol_unsupported') {
      drop()
      deps.onStatus('update-needed')
    } else {
      if (code === 'not_authenticated' || code === 'session_expired') deps.rejectToken()
      fail()
    }
  }

  function broken(mine: PortalSocket, error: unknown): void {
    if (socket !== mine || stopped) return
    if (error instanceof PullRefused) {
      refused(error.code)
      return
    }
    // Anything but silence on the line is a fault of ours: seen, and retried like the rest.
    if (!(error instanceof SocketTimeout) && !(error instanceof ReplicaClosed))
      console.error('replication failed', error)
    fail()
  }

  return {
    start() {
      if (!stopped) return
      stopped = false
      void connect()
    },
    nudge() {
      if (stopped) return
      if (socket !== null) {
        work({ push: true })
        return
      }
      cancelTimer?.()
      cancelTimer = undefined
      backoff.reset()
      void connect()
    },
    written() {
      if (stopped || cancelTyping !== undefined) return
      cancelTyping = setTimer(() => {
        cancelTyping = undefined
        work({ push: true })
      }, TYPING_MS)
    },
    async reportWiped() {
      await socket?.wiped().catch(() => {})
    },
    stop() {
      stopped = true
      cancelTimer?.()
      cancelTyping?.()
      cancelTimer = undefined
      cancelTyping = undefined
      drop()
    },
  }
}
