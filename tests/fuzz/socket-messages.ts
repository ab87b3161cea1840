/** What a device may say on its socket: messages of both ways of writing, bytes of neither, and packets below them. */
import fc from 'fast-check'
import { shortHello, shortPull, shortPush } from '../../shared/protocol/compact.ts'
import { Hello, PullRequest, PushRequest } from '../../shared/protocol/messages.ts'
import { pack } from '../../shared/protocol/packed-json.ts'
import { jsonSchema } from '../../sync-server/http/openapi.ts'
import { fromSchema, type Known } from './from-schema.ts'

export type SocketMessage =
  /** An event with one argument and an answer that is waited for. */
  | { readonly kind: 'event'; readonly protocol: 1 | 2; readonly event: string; readonly message: unknown }
  /** Below socket.io: what the transport carries. */
  | { readonly kind: 'raw'; readonly protocol: 1 | 2; readonly data: string | Uint8Array }

const SCHEMAS = {
  hello: { schema: Hello, short: shortHello },
  push: { schema: PushRequest, short: shortPush },
  pull: { schema: PullRequest, short: shortPull },
} as const

export function messagesFor(known: Known): fc.Arbitrary<SocketMessage> {
  const events = Object.entries(SCHEMAS).flatMap(([event, { schema, short }]) => {
    const shorten = (value: unknown) => {
      const parsed = schema.safeParse(value)
      return parsed.success ? (short as (message: unknown) => unknown)(parsed.data) : positions(value)
    }
    const message = fromSchema(jsonSchema(schema, 'input'), known)
    const asJson = message.map(
      (value): SocketMessage => ({ kind: 'event', protocol: 1, event, message: value }),
    )
    const packed = fc.tuple(fc.oneof(message.map(shorten), message.map(positions)), fc.nat(), fc.nat(8)).map(
      ([value, at, how]): SocketMessage => ({
        kind: 'event',
        protocol: 2,
        event,
        message: harm(packOr(value), at, how),
      }),
    )
    return [asJson, packed]
  })
  const raw = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.string({ maxLength: 300 }),
    fc.constantFrom(
      '2',
      '20',
      '2["hello"]',
      '20["hello",{}]',
      '21["push",null]',
      '2999999999999["pull",{}]',
      '3',
      '30[]',
      '40',
      '41',
      '42',
      '4{"token":1}',
      '451-["hello",{"_placeholder":true,"num":0}]',
      '5',
      '6',
      '2/admin,["hello"]',
      '2["disconnect"]',
      '2["connect_error",{}]',
      '2["__proto__",{}]',
      '2[null]',
      '2{}',
      '2[[["hello"]]]',
      `2["hello",${'['.repeat(20_000)}${']'.repeat(20_000)}]`,
    ),
  )
  return fc.oneof(...events.map((arbitrary) => ({ weight: 3, arbitrary })), {
    weight: 2,
    arbitrary: fc
      .tuple(raw, fc.constantFrom(1, 2))
      .map(([data, protocol]): SocketMessage => ({ kind: 'raw', protocol: protocol as 1 | 2, data })),
  })
}

/** The compact way of writing has no names: values in their order. */
const positions = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.values(value).map(positions)
    : value

function packOr(value: unknown): Uint8Array {
  try {
    return pack(value)
  } catch {
    return new TextEncoder().encode(String(value))
  }
}

function harm(bytes: Uint8Array, at: number, how: number): Uint8Array {
  const copy = Uint8Array.from(bytes)
  if (how === 0) return copy.subarray(0, at % (copy.length + 1))
  if (how === 1 && copy.length > 0) copy[at % copy.length] = at % 256
  if (how === 2 && copy.length > 0) copy[at % copy.length] = (copy[at % copy.length] ?? 0) ^ (1 << (at % 8))
  return copy
}
