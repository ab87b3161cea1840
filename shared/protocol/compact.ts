/**
 * Protocol 2: the messages of `messages.ts` without what the connection says already. Names are places in a list, the
 * client is the one of the hello, the device is the one that signed in, an answer repeats nothing of its question.
 * What comes from a device is only taken apart here; whether it is sound, the schemas say. SPEC: P27.
 */
import type { Json } from '../kernel/json.ts'
import type { ErrorCode } from './errors.ts'
import type {
  ChangeRow,
  Changes,
  Cursor,
  Hello,
  HelloAnswer,
  Mutation,
  MutationAnswer,
  PullAnswer,
  PullRequest,
  PushAnswer,
  PushRequest,
  Reply,
  Revoke,
  Wipe,
} from './messages.ts'

type Values = readonly unknown[]
const listOf = (value: unknown): Values => (Array.isArray(value) ? value : [])

// ---- hello: [client, m] or [client, m, e, s, k, g?]
export const shortHello = ({ client, m, cursor, g }: Hello): Values =>
  cursor === null ? [client, m] : [client, m, cursor.e, cursor.s, cursor.k, ...(g === undefined ? [] : [g])]

export function longHello(value: unknown, connection: Pick<Hello, 'p' | 'v' | 'device'>): unknown {
  const [client, m, e, s, k, g] = listOf(value)
  const cursor = e === undefined ? null : { e, s, k }
  return { ...connection, client, m, cursor, ...(g === undefined ? {} : { g }) }
}

const MODES = ['delta', 'rewind', 'reset'] as const

/** [last] where the device has everything; else [last, mode, e, s, k, from?, g?, until?, …scopes]. */
export function shortHelloAnswer({ mode, head, last, from, grant }: HelloAnswer, asked: Hello): Values {
  const { cursor } = asked
  const isNews = grant !== undefined && grant.g !== asked.g
  if (!isNews && mode === 'delta' && cursor?.e === head.e && cursor.s === head.s && cursor.k === head.k)
    return [last]
  const answer = [last, MODES.indexOf(mode), head.e, head.s, head.k]
  if (isNews) return [...answer, from ?? null, grant.g, grant.until, ...grant.scopes]
  return from === undefined ? answer : [...answer, from]
}

export function longHelloAnswer(value: Values, asked: Hello): HelloAnswer {
  const [last, mode, e, s, k, from, g, until, ...scopes] = value as [
    number,
    number,
    number,
    number,
    string,
    (number | null)?,
    number?,
    (number | null)?,
    ...string[],
  ]
  if (mode === undefined) return { mode: 'delta', head: asked.cursor as Cursor, last }
  return {
    mode: MODES[mode] ?? 'reset',
    head: { e, s, k },
    last,
    ...(typeof from === 'number' && { from }),
    ...(g !== undefined && { grant: { g, scopes, until: until ?? null } }),
  }
}

// ---- push: the mutations
export const shortPush = ({ mutations }: PushRequest): Values => mutations
export const longPush = (value: unknown, client: string): unknown => ({ client, mutations: value })

/**
 * [updatedAt, answers, changes]; an answer that was given now, and is no refusal, is one number: its outcome among
 * `OUTCOMES` and eight times its revision.
 */
export function shortPushAnswer({ answers, changes }: PushAnswer): Values {
  const at = answers.at(-1)?.[3] ?? 0
  const short = answers.map(([, outcome, rev, time, reason]) =>
    time === at && reason === undefined ? rev * 8 + outcome : [outcome, rev, time, reason ?? null],
  )
  return [at, short, shortChanges(changes)]
}

export function longPushAnswer(value: Values, asked: PushRequest): PushAnswer {
  const [at, short, changes] = value as [number, readonly (number | Values)[], Values]
  const answers = short.map((answer, index): MutationAnswer => {
    const number = (asked.mutations[index] as Mutation)[0]
    if (typeof answer === 'number') return [number, answer % 8, Math.floor(answer / 8), at]
    const [outcome, rev, time, reason] = answer as [number, number, number, ErrorCode | null]
    return reason === null ? [number, outcome, rev, time] : [number, outcome, rev, time, reason]
  })
  return { answers, changes: longChanges(changes, asked.client) }
}

// ---- changes: [positions that they are long, e, s, k, …rows]
export const shortChanges = ({ from, to, rows }: Changes): Values => [to.s - from, to.e, to.s, to.k, ...rows]

export function longChanges(value: Values, client: string): Changes {
  const [length, e, s, k, ...rows] = value as [number, number, number, string, ...ChangeRow[]]
  return { client, from: s - length, to: { e, s, k }, rows }
}

// ---- pull: [after, upTo, limit?] → [next, upTo, done, e, s, k, …rows]
export const shortPull = ({ after, upTo, limit }: PullRequest): Values =>
  limit === undefined ? [after, upTo] : [after, upTo, limit]

export function longPull(value: unknown, client: string): unknown {
  const [after, upTo, limit] = listOf(value)
  return { client, after, upTo, ...(limit === undefined ? {} : { limit }) }
}

export const shortPullAnswer = ({ next, upTo, done, head, rows }: PullAnswer): Values => [
  next,
  upTo,
  done,
  head.e,
  head.s,
  head.k,
  ...rows,
]

export function longPullAnswer(value: Values): PullAnswer {
  const [next, upTo, done, e, s, k, ...rows] = value as [
    number,
    number,
    boolean,
    number,
    number,
    string,
    ...ChangeRow[],
  ]
  return { next, upTo, done, head: { e, s, k }, rows }
}

// ---- revoke: [client, generation]; wipe: [reason]
export const shortRevoke = ({ client, generation }: Revoke): Values => [client, generation]
export function longRevoke(value: Values): Revoke {
  const [client, generation] = value as [string, number]
  return { client, generation }
}
export const shortWipe = ({ reason }: Wipe): Values => [reason]
export function longWipe(value: Values): Wipe {
  const [reason] = value as [Wipe['reason']]
  return { reason }
}

// ---- replies: a list or true is what was asked for, an object is a refusal
export const shortReply = <T>(reply: Reply<T>, shorten: (answer: T) => unknown): unknown =>
  'error' in reply ? { error: reply.error, detail: reply.detail } : shorten(reply.ok)

export function longReply<T>(value: Json, lengthen: (answer: Values) => T): Reply<T> {
  if (Array.isArray(value)) return { ok: lengthen(value) }
  if (value === true) return { ok: lengthen([]) }
  const { error, detail } = value as { error: ErrorCode; detail: string }
  return { error, detail }
}
