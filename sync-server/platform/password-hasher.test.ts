import { randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import { createPasswordHasher } from './password-hasher.ts'

it('[V6.2.8] [V11.4.2] verifies its own Argon2id hashes, and only with its own pepper', async () => {
  const hasher = createPasswordHasher({ pepper: randomBytes(32) })
  const stored = await hasher.hash('correct horse 🐎 battery')
  expect(stored).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  expect(await hasher.verify(stored, 'correct horse 🐎 battery')).toBe(true)
  expect(await hasher.verify(stored, 'correct horse 🐎 batterY')).toBe(false)
  const other = createPasswordHasher({ pepper: randomBytes(32) })
  expect(await other.verify(stored, 'correct horse 🐎 battery')).toBe(false)
  expect(await hasher.verify('no hash at all', 'x')).toBe(false)
})

it('takes an accent however the keyboard composed it', async () => {
  const hasher = createPasswordHasher({ pepper: randomBytes(32) })
  const stored = await hasher.hash('pass\u00e9 compos\u00e9')
  expect(await hasher.verify(stored, 'passe\u0301 compose\u0301')).toBe(true)
})
