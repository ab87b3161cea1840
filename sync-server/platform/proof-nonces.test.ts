import { randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import { createProofNonces } from './proof-nonces.ts'

const MINUTE = 60_000
const secret = randomBytes(32)

it('[S3] forgets no proof whose nonce is still taken, however many there are', async () => {
  let now = Date.UTC(2026, 0, 1)
  const nonces = createProofNonces(secret, { now: () => now }, undefined, 3)
  const nonce = nonces.issue()
  const used: string[] = []
  for (let number = 0; number < 20; number++) {
    now += 1_000
    expect(await nonces.once(`${number}`)).toBe(true)
    used.push(`${number}`)
    for (const proof of used) {
      const isKnown = !(await nonces.once(proof))
      // What is not remembered any more was made for a nonce that is not taken any more.
      if (!isKnown) expect(nonces.judge(nonce)).toBe('stale')
      if (!isKnown) used.splice(used.indexOf(proof), 1)
    }
  }
  expect(nonces.judge(nonces.issue())).toBe('good')
})

it('[S3] remembers a proof for longer than its nonce lives', async () => {
  let now = Date.UTC(2026, 0, 1)
  const nonces = createProofNonces(secret, { now: () => now })
  const nonce = nonces.issue()
  expect(await nonces.once('a')).toBe(true)
  for (let minute = 1; minute <= 10; minute++) {
    now += MINUTE
    expect(nonces.judge(nonce)).not.toBe('stale')
    expect(await nonces.once('a')).toBe(false)
  }
  now += 1
  expect(nonces.judge(nonce)).toBe('stale')
})

it('[S3] knows the nonces of the practice’s other servers, and asks what was used there', async () => {
  const clock = { now: () => Date.UTC(2026, 0, 1) }
  const common = new Set<string>()
  let isLive = true
  const shared = {
    isLive: () => isLive,
    add: async (key: string) => {
      if (!isLive) throw new Error('away')
      const isNew = !common.has(key)
      common.add(key)
      return isNew
    },
  }
  const [one, two] = [createProofNonces(secret, clock, shared), createProofNonces(secret, clock, shared)]
  expect(two.judge(one.issue())).toBe('good')
  expect(createProofNonces(randomBytes(32), clock).judge(one.issue())).toBe('stale')
  expect([await one.once('a'), await two.once('a')]).toEqual([true, false])
  isLive = false
  expect([await one.once('b'), await one.once('b')]).toEqual([true, false])
})
