/**
 * What is said on one connection: hello, pull what is missing, push what waits, take what comes. One thing at a time;
 * whatever fails is the link's business, and so is the next connection. SPEC: client/replica/SPEC.md, R9, R12.
 */
import type { ErrorCode } from '../../../shared/protocol/errors.ts'
import type { Changes, Cursor, GrantTold, HelloAnswer } from '../../../shared/protocol/messages.ts'
import { PROTOCOL, SCHEMA_VERSION } from '../../../shared/protocol/terms.ts'
import type { Http } from '../../transport/http.ts'
import { type PortalSocket, SocketTimeout } from '../../transport/socket.ts'
import { isFull } from './ballast.ts'
import { handInAsText } from './hand-in-as-text.ts'
import type { Portion } from './portion.ts'
import { PullRefused, pullAll } from './pull.ts'
import { Overtaken } from './pull-point.ts'
import { pushAll } from './push.ts'
import type { ReplicaStore } from './replica-store.ts'

export interface ConversationDeps {
  readonly store: ReplicaStore
  readonly client: string
  readonly device: string
  readonly http: Http
  /** For the bulk way; null where there is none. */
  readonly token: () => Promise<string | null>
  /** Bytes of a push, rows of a page. What a line can carry outlives a connection. */
  readonly portions: { readonly push: Portion; readonly pull: Portion }
  readonly onInFlight: (numbers: readonly number[]) => void
  readonly onSettled: (settled: readonly { collection: number; id: string; at: number }[]) => void
  readonly onProgress: (progress: number | null) => void
  /** Sends the files that messages wait for; false: a passing trouble stopped it. */
  readonly sendFiles: () => Promise<boolean>
  /** The record is somebody else's: what may be done with it now. */
  readonly onGrant: (grant: GrantTold) => void
}

export interface ConversationEvents {
  /** Hello was answered, and what was missing is here. */
  readonly greeted: () => void
  /** Something got through: the next failure is a first one again. */
  readonly throughput: () => void
  /** Less of the record is covered than what is here, and nothing here is unsent: it is to be fetched anew, from nothing. */
  readonly narrowed: (grant: GrantTold) => void
  /** The server let this device in and yet knows no such record. */
  readonly noRecord: () => void
  /** The server refused a request as a whole. */
  readonly refused: (code: ErrorCode) => void
  /** The device has no room for what is new. */
  readonly full: () => void
  /** The line broke, or a fault of ours. Once; nothing more is said here. */
  readonly broken: (error: unknown) => void
}

export interface Conversation {
  /** The first thing said; later: is the line alive, and is there anything new? */
  hello(): Promise<void>
  take(message: Changes): Promise<void>
  /** Sends what waits, once hello was answered. */
  push(): void
  /** Hello was answered, and nothing is under way. */
  isIdle(): boolean
  /** Whatever is under way has no say any more. */
  end(): void
}

export function createConversation(
  socket: PortalSocket,
  deps: ConversationDeps,
  events: ConversationEvents,
): Conversation {
  const { store } = deps
  let ended = false
  const ending = new AbortController()
  let greeted = false
  /** What the work loop still has to do; `head` is the newest position heard of. */
  let wants = { pull: false, push: false }
  let working = false
  let head = 0
  let epoch = 0

  const fails = (error: unknown) => {
    if (ended) return
    if (error instanceof PullRefused) events.refused(error.code)
    // What it came too late for is asked for again, on another connection.
    else if (isFull(error)) events.full()
    else if (error instanceof Overtaken) events.broken(new SocketTimeout(error.message))
    else events.broken(error)
  }
  const throughput = () => {
    if (!ended) events.throughput()
  }
  const pullDeps = { ...deps, portion: deps.portions.pull, onPage: throughput, ended: ending.signal }
  const position = async () => (await store.cursor())?.s ?? 0
  const isBehind = async () => (await position()) < head

  async function hello(): Promise<void> {
    try {
      const cursor = (await store.cursor()) ?? null
      const m = await store.lowestResent()
      const { client, device } = deps
      const grant = await store.grant()
      const asked = { p: PROTOCOL, v: SCHEMA_VERSION, client, device, cursor, m }
      const reply = await socket.hello(grant === undefined ? asked : { ...asked, g: grant.g })
      if (ended) return
      if ('error' in reply) {
        if (reply.error === 'not_found') events.noRecord()
        else events.refused(reply.error)
        return
      }
      await (greeted ? heardAgain(reply.ok) : begin(reply.ok, cursor))
    } catch (error) {
      fails(error)
    }
  }

  async function begin(answer: HelloAnswer, cursor: Cursor | null): Promise<void> {
    head = answer.head.s
    epoch = answer.head.e
    const { grant } = answer
    if (grant !== undefined && isNarrower(grant, await store.grant())) return leaveNarrowed(grant)
    if (grant !== undefined) deps.onGrant(grant)
    await store.reserveNumbers(answer.last)
    if (answer.mode !== 'delta' || (cursor?.s ?? 0) !== head) await pullFirst(answer)
    else await store.markSynced()
    // Not before all is here: until then the next hello begins again.
    if (grant !== undefined && !ended) await store.setGrant(grant)
    if (ended) return
    greeted = true
    events.greeted()
    work({ pull: (await store.ackedNumbers()).length > 0 || (await isBehind()), push: true })
  }

  /** Where there is no room for what is new, what was typed leaves all the same: its marks and answers take little. */
  async function pullFirst({ mode, head, grant }: HelloAnswer): Promise<void> {
    try {
      await pullAll(socket, pullDeps, mode, head, grant?.g)
    } catch (error) {
      // Before a reset has begun, what goes before it still lies in the journal.
      if (ended || !isFull(error) || (mode !== 'delta' && !(await isResetUnderWay()))) throw error
      const result = await send()
      throw result.done === 'refused' ? new PullRefused(result.code) : error
    }
  }
  const isResetUnderWay = async () => (await store.pullPosition())?.pages !== undefined

  async function heardAgain(answer: HelloAnswer): Promise<void> {
    // Another history than a moment ago: that is for a conversation from the start.
    if (answer.mode !== 'delta') throw new SocketTimeout('the feed began anew')
    if (answer.grant !== undefined) {
      if (isNarrower(answer.grant, await store.grant())) throw new SocketTimeout('less is granted')
      deps.onGrant(answer.grant)
      await store.setGrant(answer.grant)
    }
    head = Math.max(head, answer.head.s)
    if (await isBehind()) work({ pull: true })
    else await store.markSynced()
  }

  /** What was typed leaves first: what the grant does not permit any more, the server keeps apart. */
  async function leaveNarrowed(grant: GrantTold): Promise<void> {
    for (;;) {
      const result = await send(epoch)
      if (ended) return
      if (result.done === 'refused') return events.refused(result.code)
      if (!(await store.isHeldBack())) return leaveAsText(grant)
      // On this very line, or after a wait: what is here cannot be fetched anew before its files have gone.
      if (!(await deps.sendFiles())) throw new SocketTimeout('files of a message wait')
      if (ended) return
    }
  }

  async function leaveAsText(grant: GrantTold): Promise<void> {
    const refused = await handInAsText(socket, store, deps.client)
    if (ended) return
    if (refused === null) events.narrowed(grant)
    else events.refused(refused)
  }

  const send = (history?: number) =>
    pushAll(socket, {
      store,
      history,
      client: deps.client,
      portion: deps.portions.push,
      onInFlight: (numbers) => {
        if (!ended) deps.onInFlight(numbers)
      },
      onSettled: (settled) => {
        deps.onSettled(settled)
        throughput()
      },
      onGap: () => {
        wants.pull = true
      },
    })

  /** A pull first, for it may settle what was pushed. */
  function work(wanted: Partial<typeof wants>): void {
    wants = { pull: wants.pull || wanted.pull === true, push: wants.push || wanted.push === true }
    if (working || !greeted || ended) return
    working = true
    doAll().then(
      () => {
        working = false
        if (wants.pull || wants.push) work({})
      },
      (error: unknown) => {
        working = false
        fails(error)
      },
    )
  }

  async function doAll(): Promise<void> {
    while (!ended && (wants.pull || wants.push)) {
      if (wants.pull) {
        wants.pull = false
        await catchUp()
        continue
      }
      wants.push = false
      const result = await send()
      if (ended) return
      if (result.done === 'refused') return events.refused(result.code)
      throughput()
    }
  }

  async function catchUp(): Promise<void> {
    const before = await position()
    await pullAll(socket, pullDeps, 'delta', { e: epoch, s: head })
    if (ended || !(await isBehind())) return
    // Asking again at once would get the same answer.
    if ((await position()) === before) throw new SocketTimeout('what was announced is not there')
    wants.pull = true
  }

  return {
    hello,
    async take({ client, from, to, rows }) {
      if (ended || client !== deps.client) return
      head = Math.max(head, to.s)
      // Before the first pull is through there is nothing to apply it to: the pull brings it.
      if (!greeted) return
      try {
        // A position alone, which the server repeats now and then: nothing to write where it is known.
        const gap =
          rows.length === 0 && from === to.s
            ? await isBehind()
            : (await store.reconcile({ rows, from, to })).gap
        if (gap) work({ pull: true })
      } catch (error) {
        fails(error)
      }
    },
    push: () => work({ push: true }),
    isIdle: () => greeted && !working && !ended,
    end() {
      ended = true
      ending.abort()
      deps.onInFlight([])
    },
  }
}

/** Is anything that `before` covered not covered any more? To act in an area is also to see it. */
function isNarrower(now: GrantTold, before: GrantTold | undefined): boolean {
  const covered = new Set(now.scopes.flatMap((text) => [text, text.replace(/:write$/, ':read')]))
  return before?.scopes.some((text) => !covered.has(text)) === true
}
