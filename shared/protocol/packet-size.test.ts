import { describe, expect, it } from 'vitest'
import type { Json } from '../kernel/json.ts'
import { shortPush } from './compact.ts'
import type { Mutation } from './messages.ts'
import { pack } from './packed-json.ts'
import { fitsPacket } from './packet-size.ts'
import { LIMITS } from './terms.ts'

const CLIENT = '7d444840-9dc0-4d1a-8f0e-5b3a4f5c1b7f'
const mutation = (value: Json): Mutation => [
  Number.MAX_SAFE_INTEGER,
  6,
  CLIENT,
  1,
  1_800_000_000_000,
  [['answers/a', value]],
]

describe('fitsPacket', () => {
  it.each<[string, (size: number) => Json]>([
    ['letters', (size) => 'x'.repeat(size)],
    ['letters of three bytes', (size) => '語'.repeat(size)],
    ['characters of four bytes', (size) => '😀'.repeat(size)],
    ['what JSON escapes', (size) => '"\n'.repeat(size)],
    ['control characters', (size) => '\u0001'.repeat(size)],
    ['halves of pairs', (size) => '\ud800'.repeat(size)],
    ['fractions', (size) => Array.from({ length: size }, () => 0.5)],
    ['small numbers', (size) => Array.from({ length: size }, () => 1)],
  ])('[P35] what it lets through is carried by socket and HTTP: %s', (_, make) => {
    const bytes = (size: number) => {
      const whole = mutation(make(size))
      return Math.max(Buffer.byteLength(JSON.stringify(whole)), pack(whole).length)
    }
    // It grows by as much with each: the end is looked for where it must be.
    const each = (bytes(3_000) - bytes(2_000)) / 1_000
    const about = 2_000 + Math.floor((LIMITS.mutationBytes - bytes(2_000)) / each)
    let [fits, tooMany] = [about - 64, about + 64]
    expect([fitsPacket(mutation(make(fits))), fitsPacket(mutation(make(tooMany)))]).toEqual([true, false])
    while (tooMany - fits > 1) {
      const size = Math.floor((fits + tooMany) / 2)
      if (fitsPacket(mutation(make(size)))) fits = size
      else tooMany = size
    }
    const push = { client: CLIENT, mutations: [mutation(make(fits))] }
    const [overHttp, packed] = [
      Buffer.byteLength(JSON.stringify(push)),
      pack(shortPush(push)).length + 10,
    ] as const
    expect(Math.max(overHttp, packed)).toBeLessThanOrEqual(LIMITS.messageBytes)
    // Nothing is kept back that would have had room.
    expect(Math.max(overHttp, packed)).toBeGreaterThan(LIMITS.messageBytes - 1_200)
  })
})
