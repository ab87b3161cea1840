/**
 * The server's doors: what the socket gateway and the HTTP routes do with a message (parse at the edge, ask the
 * product, answer), and nothing else.
 */
import type { Result } from '../../shared/kernel/result.ts'
import type { Refusal } from '../../shared/protocol/errors.ts'
import {
  type Cursor,
  Hello,
  LastPush,
  PullRequest,
  PushRequest,
  type Reply,
} from '../../shared/protocol/messages.ts'
import { SYNC_HTTP } from '../../shared/protocol/terms.ts'
import type { Actor } from '../../sync-server/replication/actor.ts'
import type { Announcement, SyncService } from '../../sync-server/replication/sync-service.ts'
import type { Door } from './network.ts'
import type { Witness } from './witness.ts'

export interface Seat {
  readonly actor: Actor
  /** Of its connection, among all servers. */
  readonly name: string
  /** When it came in, ms. */
  readonly opened: number
  /** Room of the client whose hello succeeded. */
  room: string | null
  /** Changes held back while a hello is under way. */
  held: Announcement['changes'][] | null
}

export interface Visitor {
  readonly seat: Seat
  readonly device: string
  /** When the message came, ms. */
  readonly asked: number
  /** Its hello was answered with this head. */
  entered(client: string, head: Cursor): void
  isHere(): boolean
  tell(changes: Announcement['changes']): void
}

/** Rows of a page: a run has few documents, and its pulls are to break off between pages too. */
const PAGE = 3

type Serve = (sync: SyncService, witness: Witness, visitor: Visitor, raw: unknown) => Promise<unknown>

/** The answer to a message; undefined where nobody is left to hear it. */
export const EVENTS: { readonly [event: string]: Serve } = {
  wiped: async () => ({ ok: true }),
  async hello(sync, _, { seat, isHere, entered, tell }, raw) {
    const message = Hello.safeParse(raw)
    if (!message.success) return notUnderstood
    const held: Announcement['changes'][] = []
    seat.held = held
    const result = await sync.hello(seat.actor, message.data)
    seat.held = null
    if (!isHere()) return undefined
    if (result.ok) {
      const isIn = seat.room === message.data.client
      entered(message.data.client, result.value.head)
      if (!isIn) for (const changes of held) tell(changes)
    }
    return replyOf(result)
  },
  async pull(sync, witness, { seat, device, asked }, raw) {
    const message = PullRequest.safeParse(raw)
    if (!message.success) return notUnderstood
    const limit = Math.min(PAGE, message.data.limit ?? PAGE)
    const result = await sync.pull(seat.actor, { ...message.data, limit })
    if (result.ok) witness.told(device, result.value, asked)
    return replyOf(result)
  },
  async push(sync, witness, { seat, device, asked }, raw) {
    const message = PushRequest.safeParse(raw)
    if (!message.success) return notUnderstood
    const result = await sync.push(seat.actor, message.data)
    if (result.ok) {
      witness.pushed(device, message.data, result.value, asked)
      witness.told(device, result.value.changes, asked)
    } else if (result.error.code === 'device_revoked') witness.handedIn(message.data)
    return replyOf(result)
  },
}

type HttpAnswer = NonNullable<Awaited<ReturnType<Door['http']>>>

/** `token`: of the session, or the one that is good for the last push alone. */
export async function serveHttp(
  sync: SyncService,
  witness: Witness,
  { actor, revoked }: { readonly actor: Actor; readonly revoked: boolean },
  { path, body }: { readonly path: string; readonly body?: unknown },
  asked: number,
): Promise<HttpAnswer> {
  const device = String(actor.deviceId)
  if (path === `${SYNC_HTTP}/last-push`) {
    const message = LastPush.safeParse(body)
    if (!message.success) return { status: 400, body: { code: notUnderstood.error } }
    const result = await sync.lastPush(actor, message.data)
    // Kept as well where the access ended besides, and not told (P33).
    if (result.ok || result.error.code === 'not_found') witness.handedIn(message.data)
    return result.ok ? { status: 204, body: null } : problem(result.error.code)
  }
  const refresh = path.endsWith('/auth/refresh-token')
  if (revoked)
    return { status: 403, body: { code: 'device_revoked', ...(refresh && { lastPush: `last:${device}` }) } }
  if (refresh) {
    const { accountId, role, name, ownClientId } = actor
    const account = { id: accountId, role, name, email: '', clientId: ownClientId }
    const token = `token:${device}`
    return { status: 200, body: { accessToken: token, socketTicket: token, expiresIn: 900, account } }
  }
  const serve = EVENTS[path.slice(SYNC_HTTP.length + 1)]
  const visitor: Visitor = {
    seat: { actor, name: '', opened: 0, room: null, held: null },
    device,
    asked,
    // Whoever asks over HTTP is told nothing unasked.
    entered: () => {},
    isHere: () => true,
    tell: () => {},
  }
  const reply = (await serve?.(sync, witness, visitor, body)) as Reply<unknown>
  return 'ok' in reply ? { status: 200, body: reply.ok } : problem(reply.error)
}

export const deviceOf = (token: string): string => token.replace(/^(token|last):/, '')

const problem = (code: string): HttpAnswer => ({ status: 403, body: { code } })
const notUnderstood = { error: 'invalid_message', detail: '' }
const replyOf = <T>(result: Result<T, Refusal>): Reply<T> =>
  result.ok ? { ok: result.value } : { error: result.error.code, detail: result.error.detail }
