/**
 * One connection's way of writing: from what arrives on its socket to the newest messages (not checked yet), and from
 * answers and notices to what its version reads. SPEC: shared/protocol/SPEC.md, P27 and P28.
 */
import {
  longHello,
  longPull,
  longPush,
  shortChanges,
  shortHelloAnswer,
  shortPullAnswer,
  shortPushAnswer,
  shortReply,
  shortRevoke,
  shortWipe,
} from '../../shared/protocol/compact.ts'
import type {
  Changes,
  Hello,
  HelloAnswer,
  PullAnswer,
  PushAnswer,
  Reply,
  Revoke,
  Wipe,
} from '../../shared/protocol/messages.ts'
import { pack, unpack } from '../../shared/protocol/packed-json.ts'
import type { Notice, Question, Speech } from '../../shared/protocol/versions.ts'

/** What a connection has said of itself: at the handshake, and with its hello. */
export interface Connection {
  readonly device: string
  readonly schema: number
  /** Of its first good hello; '' before it. */
  readonly client: string
}

export interface Wire {
  readonly protocol: number
  /** Throws, or gives what no schema accepts, for what is not understood. */
  question(event: Question, raw: unknown, connection: Connection): unknown
  /** `asked`: the question as it was understood. */
  answer(event: Question, reply: Reply<unknown>, asked: unknown): unknown
  refusal(reply: Reply<never>): unknown
  notice(event: Notice, message: unknown): unknown
  done(): unknown
}

export const wireOf = (speech: Speech): Wire =>
  speech.writing === 'json' ? jsonWire(speech) : packedWire(speech)

const jsonWire = (speech: Speech): Wire => ({
  protocol: speech.protocol,
  question: (event, raw) => speech.question(event, raw),
  answer: (event, reply) => ('error' in reply ? reply : { ok: speech.answer(event, reply.ok) }),
  refusal: (reply) => reply,
  notice: (event, message) => speech.notice(event, message),
  done: () => ({ ok: true }),
})

const packedWire = (speech: Speech): Wire => ({
  protocol: speech.protocol,
  question(event, raw, connection) {
    if (!(raw instanceof Uint8Array)) return undefined
    const value = unpack(raw)
    const { device, schema, client } = connection
    if (event === 'hello')
      return speech.question(event, longHello(value, { p: speech.protocol, v: schema, device }))
    return speech.question(event, event === 'push' ? longPush(value, client) : longPull(value, client))
  },
  answer(event, reply, asked) {
    const led = 'error' in reply ? reply : { ok: speech.answer(event, reply.ok) }
    if (event === 'hello')
      return pack(shortReply(led as Reply<HelloAnswer>, (it) => shortHelloAnswer(it, asked as Hello)))
    return event === 'push'
      ? pack(shortReply(led as Reply<PushAnswer>, shortPushAnswer))
      : pack(shortReply(led as Reply<PullAnswer>, shortPullAnswer))
  },
  refusal: (reply) => pack(shortReply(reply, () => null)),
  notice(event, message) {
    const led = speech.notice(event, message)
    if (event === 'changes') return pack(shortChanges(led as Changes))
    return pack(event === 'revoke' ? shortRevoke(led as Revoke) : shortWipe(led as Wipe))
  },
  done: () => pack(true),
})
