import fc from 'fast-check'
import { PacketType } from 'socket.io-parser'
import { describe, expect, it } from 'vitest'
import {
  longChanges,
  longHello,
  longHelloAnswer,
  longPull,
  longPullAnswer,
  longPush,
  longPushAnswer,
  longReply,
  longRevoke,
  longWipe,
  shortChanges,
  shortHello,
  shortHelloAnswer,
  shortPull,
  shortPullAnswer,
  shortPush,
  shortPushAnswer,
  shortReply,
  shortRevoke,
  shortWipe,
} from './compact.ts'
import type { Changes, Hello, HelloAnswer, Mutation, PushAnswer } from './messages.ts'
import { packedFrames } from './packed-frames.ts'
import { pack, unpack } from './packed-json.ts'
import { OUTCOMES } from './terms.ts'

const ID = '0196f3c1-0000-7000-8000-00000000000a'
const CLIENT = '0196f3c1-0000-7000-8000-00000000000c'
const DEVICE = '0196f3c1-0000-7000-8000-00000000000d'
const NOW = Date.UTC(2026, 10, 22, 12)
const head = { e: 1, s: 123_456, k: 'c4671b7568aa2502' }
const hello: Hello = { p: 2, v: 1, client: CLIENT, device: DEVICE, cursor: head, m: 98_765 }
const mutation: Mutation = [98_765, 6, ID, 41, NOW, [['answers/middle-name', 'Maria 1']]]

/** Through the bytes of a message. */
const sent = (value: unknown) => unpack(pack(value)) as readonly unknown[]
/** Payload and socket.io's part of a frame, without the 2 to 6 bytes of the WebSocket's own. */
const frameSize = (type: PacketType, data: readonly unknown[], id?: number): number => {
  const packet = { type, nsp: '/', data, ...(id === undefined ? {} : { id }) }
  const [bytes, ...more] = new packedFrames.Encoder().encode(packet)
  expect(more).toEqual([])
  return (bytes as Uint8Array).length
}

describe('protocol 2', () => {
  it('[P27] every message comes out as it went in', () => {
    const connection = { p: 2, v: 1, device: DEVICE }
    for (const cursor of [head, null])
      expect(longHello(sent(shortHello({ ...hello, cursor })), connection)).toEqual({ ...hello, cursor })
    const answers: HelloAnswer[] = [
      { mode: 'delta', head, last: 4 },
      { mode: 'delta', head: { ...head, s: 123_457 }, last: 4 },
      { mode: 'rewind', head: { ...head, e: 2 }, last: 0, from: 17 },
      { mode: 'reset', head: { ...head, e: 2 }, last: 9 },
      // The same position, and yet another history.
      { mode: 'reset', head, last: 9 },
    ]
    for (const answer of answers)
      expect(longHelloAnswer(sent(shortHelloAnswer(answer, hello)), hello)).toEqual(answer)
    const push = { client: CLIENT, mutations: [mutation, mutation.with(0, 99_000) as Mutation] }
    expect(longPush(sent(shortPush(push)), CLIENT)).toEqual(push)
    for (const pull of [
      { client: CLIENT, after: 0, upTo: null },
      { client: CLIENT, after: 500, upTo: 900, limit: 20 },
    ])
      expect(longPull(sent(shortPull(pull)), CLIENT)).toEqual(pull)
    const page = { rows: [[6, ID, 2, 2] as const], next: 4, upTo: 9, done: true, head }
    expect(longPullAnswer(sent(shortPullAnswer(page)))).toEqual(page)
    expect(longRevoke(sent(shortRevoke({ client: CLIENT, generation: 3 })))).toEqual({
      client: CLIENT,
      generation: 3,
    })
    expect(longWipe(sent(shortWipe({ reason: 'device_revoked' })))).toEqual({ reason: 'device_revoked' })
    const refusal = { error: 'not_found', detail: 'There is no such record.' } as const
    expect(longReply(unpack(pack(shortReply(refusal, () => []))), () => 0)).toEqual(refusal)
  })

  it('[P27] answers to a push keep their numbers, times and reasons, whatever they are', () => {
    expect(OUTCOMES.length).toBeLessThanOrEqual(8)
    const answer = fc.record({
      outcome: fc.nat(OUTCOMES.length - 1),
      rev: fc.nat(1_000_000),
      at: fc.constantFrom(NOW, NOW, NOW - 5_000),
      reason: fc.constantFrom(undefined, undefined, 'invalid_answers' as const),
    })
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 1, max: 1_000 }), { minLength: 1, maxLength: 20 }),
        fc.array(answer, { minLength: 20, maxLength: 20 }),
        fc.nat(9),
        (numbers, made, length) => {
          const asked = { client: CLIENT, mutations: numbers.map((n) => mutation.with(0, n) as Mutation) }
          const given: PushAnswer = {
            answers: numbers.map((n, index) => {
              const { outcome, rev, at, reason } = made[index] as (typeof made)[0]
              return reason === undefined ? [n, outcome, rev, at] : [n, outcome, rev, at, reason]
            }),
            changes: { client: CLIENT, from: head.s - length, to: head, rows: [] },
          }
          expect(longPushAnswer(sent(shortPushAnswer(given)), asked)).toEqual(given)
        },
      ),
    )
  })

  it('[P27] a reconnect with nothing new has at most 50 bytes each way', () => {
    expect(frameSize(PacketType.EVENT, ['hello', pack(shortHello(hello))], 0)).toBeLessThanOrEqual(50)
    const nothing = shortHelloAnswer({ mode: 'delta', head, last: 98_764 }, hello)
    expect(frameSize(PacketType.ACK, [pack(nothing)], 0)).toBeLessThanOrEqual(50)
  })

  it('[P27] one short answer costs at most 250 bytes in all', () => {
    const to = { ...head, s: head.s + 1 }
    const row = [6, ID, 42, 1, [['answers/middle-name', 'Maria 1']], 41, NOW] as const
    const changes: Changes = { client: CLIENT, from: head.s, to, rows: [row] }
    const ack: PushAnswer = { answers: [[98_765, 0, 42, NOW]], changes: { ...changes, rows: [] } }
    const up =
      6 +
      frameSize(PacketType.EVENT, ['push', pack(shortPush({ client: CLIENT, mutations: [mutation] }))], 900)
    const down = 2 + frameSize(PacketType.ACK, [pack(shortPushAnswer(ack))], 900)
    const other = 2 + frameSize(PacketType.EVENT, ['changes', pack(shortChanges(changes))])
    expect(longChanges(sent(shortChanges(changes)), CLIENT)).toEqual(changes)
    expect(up + down + other).toBeLessThanOrEqual(200)
  })

  it('[P27] frames come out as they went in, and all else is socket.io’s own text', () => {
    const heard: unknown[] = []
    const decoder = new packedFrames.Decoder()
    decoder.on('decoded', (packet) => heard.push(packet))
    const payload = pack([1, 'a'])
    for (const packet of [
      { type: PacketType.EVENT, nsp: '/', data: ['changes', payload] },
      { type: PacketType.EVENT, nsp: '/', id: 70_000, data: ['push', payload] },
      { type: PacketType.ACK, nsp: '/', id: 300, data: [payload] },
    ]) {
      const [bytes] = new packedFrames.Encoder().encode(packet)
      decoder.add(bytes)
      expect(heard.pop()).toEqual(packet)
      // As a browser gives it.
      decoder.add(Uint8Array.from(bytes as Uint8Array).buffer)
      expect(heard.pop()).toEqual(packet)
    }
    const plain = { type: PacketType.EVENT, nsp: '/', id: 4, data: ['hello', { p: 1 }] }
    expect(new packedFrames.Encoder().encode(plain)).toEqual(['24["hello",{"p":1}]'])
    decoder.add('24["hello",{"p":1}]')
    expect(heard.pop()).toMatchObject(plain)
    for (const none of [[], [3], [252], [1], [1, 0x80, 0x80, 0x80, 0x80, 0x80]])
      expect(() => decoder.add(Uint8Array.from(none))).toThrow()
  })
})
