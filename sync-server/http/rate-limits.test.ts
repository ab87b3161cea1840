import { expect, it } from 'vitest'
import { createRateLimits, sourceOf } from './rate-limits.ts'

it('[L19] takes all addresses of one IPv6 network for one source', async () => {
  const limits = createRateLimits()
  const answers = []
  for (let n = 0; n < 62; n++) answers.push(await limits.accountProof(`2001:db8:1:2::${n.toString(16)}`))
  expect(answers.filter((refused) => refused === undefined)).toHaveLength(60)
  expect(await limits.accountProof('2001:db8:1:3::1')).toBeUndefined()
  for (let n = 0; n < 100; n++) await limits.signInFailed(`2001:db8:1:2:${n}::7`)
  expect(await limits.signIn('2001:db8:1:2::ffff')).toMatchObject({ code: 'rate_limited' })
  expect(await limits.signIn('2001:db8:1:3::ffff')).toBeUndefined()
})

it.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['::1', '0:0:0:0::/64'],
  ['2001:DB8::1', '2001:db8:0:0::/64'],
  ['2001:db8:0:1:2:3:4:5', '2001:db8:0:1::/64'],
  ['2001:db8:1:2:3::', '2001:db8:1:2::/64'],
  ['1::2:3:4:5:6', '1:0:0:2::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['unknown', 'unknown'],
])('[L19] counts %s as %s', (ip, source) => {
  expect(sourceOf(ip)).toBe(source)
})
