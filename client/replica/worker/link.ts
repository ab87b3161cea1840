/**
 * The way to the server for one replica: a socket, or plain HTTP where none gets through; after any failure again from
 * the start, with growing waits. Correctness never depends on a notification: what is lost is found by the next hello.
 * What it says of itself is what it knows. SPEC: client/replica/SPEC.md, R22–R27.
 */
import type { ErrorCode } from '../../../shared/protocol/errors.ts'
import type { GrantTold } from '../../../shared/protocol/messages.ts'
import type { Http, NoAnswer, SetTimer } from '../../transport/http.ts'
import { openHttpDoor } from '../../transport/http-door.ts'
import { type OpenSocket, type PortalSocket, type Sign, SocketTimeout } from '../../transport/socket.ts'
import type { SyncView } from '../portal-session.ts'
import type { Backoff } from './backoff.ts'
import { type Conversation, type ConversationDeps, createConversation } from './conversation.ts'
import { BATCH_BYTES } from './pending.ts'
import { createPortion } from './portion.ts'
import { PAGE_ROWS } from './pull.ts'
import type { TokenResult } from './server-session.ts'
import { ReplicaClosed } from './store-core.ts'

export type LinkStatus = SyncView['link']

export interface LinkDeps extends Omit<ConversationDeps, 'token' | 'portions'> {
  readonly origin: string
  readonly openSocket: OpenSocket
  readonly http: Http
  readonly token: () => Promise<TokenResult>
  readonly rejectToken: () => void
  readonly sign: Sign
  readonly backoff: Backoff
  readonly setTimer: SetTimer
  /** False when the device knows that it has no network at all. */
  readonly isOnline: () => boolean
  readonly onStatus: (status: LinkStatus) => void
  /** The device was signed out, or its access to this record ended: destroy. */
  readonly onRevoked: (what: 'device' | 'access') => void
  /** Of somebody else's record less may be seen: what is here is to be fetched anew. */
  readonly onNarrowed: (grant: GrantTold) => void
  /** The session ended: somebody has to sign in. */
  readonly onSignInNeeded: () => void
}

export interface Link {
  start(): void
  /** Something may have changed outside: network, sign-in, visibility. Connects now, or looks whether the line lives. */
  nudge(): void
  /** Something was written: push it soon, together with what is typed meanwhile. */
  written(): void
  /** Online, with nothing under way: what is written now is sent now. */
  isIdle(): boolean
  /** Tells the server that this device was wiped, if it can be reached at once. */
  reportWiped(): Promise<void>
  stop(): void
}

const CHECK_MS = 60_000
/** Over HTTP nothing is announced. */
const ASK_AGAIN_MS = 30_000
/**
 * How often it is asked before a socket is tried again, and how soon the first time: the first may have met a server
 * that was just coming back, and most networks that let HTTP through let sockets through.
 */
const ASKED = [0, 1, 10] as const
const SECOND_TRY_MS = 5_000
/** So many of them may be a bad line; more, and HTTP is asked what is the matter (a server of another version). */
const UNHEARD = 3
/** The server, or the app, may be another one by then. */
const OTHER_VERSION_MS = 10 * 60_000
/**
 * Two tabs may both have led for a moment. Two copies of one device would push each other out for ever: the one that
 * was pushed out so often within a minute waits, unless somebody wants it.
 */
const PUSHED_OUT = 2
const PUSHED_OUT_MS = 60_000
const REPLACED_MS = 10 * 60_000
/** Nudges that act at once, and how soon one is given back: a network that flaps must not become a busy loop. */
const NUDGES = 4
const NUDGE_BACK_MS = 5_000

interface Current {
  readonly socket: PortalSocket
  readonly conversation: Conversation
  readonly isDoor: boolean
}

export function createLink(deps: LinkDeps): Link {
  const { backoff, setTimer } = deps
  let stopped = true
  let connecting = false
  let current: Current | null = null
  let greeted = false
  /** The last attempt failed: what is shown stays so until one succeeds. */
  let failing = false
  let asked = 0
  /** Times in a row that HTTP got through where a socket did not. */
  let shutOut = 0
  /** Sockets in a row that opened and ended before the hello was answered. */
  let unheard = 0
  let nudges = NUDGES
  let pushedOut = 0
  /** Counted anew since somebody wanted this copy so many times. */
  let pushings = 0
  let cancelTimer: (() => void) | undefined
  const portions = {
    push: createPortion({ most: BATCH_BYTES, least: 2_000 }),
    pull: createPortion({ most: PAGE_ROWS, least: 8 }),
  }

  const later = (run: () => void, ms: number) => {
    cancelTimer?.()
    cancelTimer = setTimer(() => {
      cancelTimer = undefined
      run()
    }, ms)
  }
  const drop = () => {
    const dropped = current
    current = null
    greeted = false
    dropped?.conversation.end()
    dropped?.socket.close()
  }
  const fail = (why: NoAnswer, shown?: LinkStatus) => {
    const wasGreeted = greeted
    drop()
    if (stopped) return
    // A line that just worked and broke off is looked for again before anything is said about it.
    failing = shown !== undefined || !(wasGreeted && why === 'silent' && deps.isOnline())
    deps.onStatus(shown ?? (failing ? failureOf(why, deps.isOnline()) : 'connecting'))
    later(() => void connect(), backoff.next())
  }

  const freshToken = async (): Promise<string | null> => {
    const token = await deps.token()
    return token.ok ? token.token : null
  }

  async function connect(): Promise<void> {
    if (stopped || connecting || current !== null) return
    connecting = true
    try {
      if (!failing) deps.onStatus('connecting')
      const token = await deps.token()
      if (stopped) return
      // Without a ticket the session is good for setting up a second factor, and for nothing here.
      if (token.ok && token.ticket !== '') open(token.ticket)
      else if (token.ok || token.reason === 'expired') signInNeeded()
      else if (token.reason === 'revoked') deps.onRevoked('device')
      else fail(token.reason)
    } finally {
      connecting = false
    }
  }

  function signInNeeded(): void {
    drop()
    deps.onStatus('sign-in-needed')
    deps.onSignInNeeded()
  }

  function talk(socket: PortalSocket, isDoor: boolean): Conversation {
    const isMine = () => current?.socket === socket
    const mine = (run: () => void) => () => {
      if (isMine()) run()
    }
    const conversation = createConversation(
      socket,
      { ...deps, token: freshToken, portions },
      {
        greeted: mine(online),
        throughput: () => backoff.reset(),
        narrowed: (grant) => isMine() && deps.onNarrowed(grant),
        noRecord: mine(() => deps.onRevoked('access')),
        refused: (code) => isMine() && refused(code),
        full: mine(() => fail('silent', 'device-full')),
        broken: (error) => isMine() && broken(error),
      },
    )
    current = { socket, conversation, isDoor }
    return conversation
  }

  function open(ticket: string): void {
    let wasOpened = false
    const socket: PortalSocket = deps.openSocket({
      origin: deps.origin,
      ticket,
      sign: deps.sign,
      setTimer,
      events: {
        opened: () => {
          wasOpened = true
          if (current?.socket === socket) void conversation.hello()
        },
        closed: (code) => {
          if (current?.socket !== socket) return
          if (code === 'replaced') replaced()
          else if (code !== null) refused(code)
          else if ((wasOpened && (greeted || ++unheard < UNHEARD)) || !deps.isOnline()) fail('silent')
          else openDoor()
        },
        changes: (message) => void conversation.take(message),
        revoke: ({ client }) => {
          if (current?.socket === socket && client === deps.client) deps.onRevoked('access')
        },
        wipe: () => {
          if (current?.socket === socket) deps.onRevoked('device')
        },
      },
    })
    const conversation = talk(socket, false)
  }

  /** No socket: either nobody is there, or somebody between here and there lets none through. HTTP tells which. */
  function openDoor(): void {
    drop()
    if (!stopped) void talk(openHttpDoor(deps.http, freshToken), true).hello()
  }

  function online(): void {
    greeted = true
    unheard = 0
    failing = false
    asked = 0
    shutOut = current?.isDoor ? shutOut + 1 : 0
    deps.onStatus('online')
    later(check, current?.isDoor ? (shutOut === 1 ? SECOND_TRY_MS : ASK_AGAIN_MS) : CHECK_MS)
  }

  function check(): void {
    if (current === null) void connect()
    else if (!current.isDoor) {
      current.conversation.push()
      later(check, CHECK_MS)
    } else if (++asked < mostAsked(shutOut)) {
      current.conversation.push()
      void current.conversation.hello()
      later(check, ASK_AGAIN_MS)
    } else {
      drop()
      void connect()
    }
  }

  /** The server refused the request as a whole. */
  function refused(code: ErrorCode): void {
    if (stopped) return
    if (code === 'device_revoked') deps.onRevoked('device')
    else if (code === 'protocol_unsupported') {
      drop()
      failing = true
      deps.onStatus('update-needed')
      later(() => void connect(), OTHER_VERSION_MS)
    } else {
      const ended = code === 'not_authenticated' || code === 'session_expired'
      if (ended) deps.rejectToken()
      const cannot = code === 'unavailable' || code === 'internal' || code === 'rate_limited'
      fail(ended ? 'silent' : cannot ? 'unavailable' : 'gateway')
    }
  }

  function replaced(): void {
    if (stopped) return
    pushedOut += 1
    const since = pushings
    setTimer(() => {
      if (since === pushings) pushedOut -= 1
    }, PUSHED_OUT_MS)
    if (pushedOut < PUSHED_OUT) fail('silent')
    else {
      drop()
      failing = true
      deps.onStatus('replaced')
      later(() => void connect(), REPLACED_MS + backoff.next())
    }
  }

  function broken(error: unknown): void {
    if (stopped) return
    const silence = error instanceof SocketTimeout
    // Anything but silence on the line is a fault of ours: seen, and retried like the rest.
    if (!silence && !(error instanceof ReplicaClosed)) console.error('replication failed', error)
    fail(silence ? error.why : 'silent')
  }

  const takeNudge = (): boolean => {
    if (nudges === 0) return false
    nudges -= 1
    setTimer(() => {
      nudges += 1
    }, NUDGE_BACK_MS)
    return true
  }

  return {
    start() {
      if (!stopped) return
      stopped = false
      void connect()
    },
    nudge() {
      if (stopped) return
      current?.conversation.push()
      if (!takeNudge()) return
      if (current !== null) {
        if (greeted) void current.conversation.hello()
        return
      }
      cancelTimer?.()
      cancelTimer = undefined
      backoff.reset()
      failing = false
      pushedOut = 0
      pushings += 1
      void connect()
    },
    written() {
      // At once: what is written while a batch is on its way goes with the next one, the more the slower the line is.
      if (!stopped) current?.conversation.push()
    },
    isIdle: () => !stopped && current?.conversation.isIdle() === true,
    async reportWiped() {
      await current?.socket.wiped().catch(() => {})
    },
    stop() {
      stopped = true
      cancelTimer?.()
      cancelTimer = undefined
      drop()
    },
  }
}

const mostAsked = (shutOut: number): number => ASKED[Math.min(shutOut, ASKED.length) - 1] ?? 0

/** What a person is told. Only the device itself can know that it has no network. */
const failureOf = (why: NoAnswer, isOnline: boolean): LinkStatus => {
  if (why === 'captive' || why === 'unavailable') return why
  return why === 'silent' && !isOnline ? 'offline' : 'unreachable'
}
