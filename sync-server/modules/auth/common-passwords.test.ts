import { expect, it } from 'vitest'
import { createCommonPasswords } from './common-passwords.ts'

const common = createCommonPasswords()

it('[L11] [V6.2.12] knows the common ones, whatever people do to them', () => {
  for (const bad of [
    'q1w2e3r4t5y6',
    'Password1234',
    'P@ssw0rd!!!!',
    'passwordpassword',
    'Password123456',
    'iloveyouforever',
    'qwertyuiop123',
    '123456789012',
    'abcdefghijkl',
    'aaaaaaaaaaaaaaaa',
    'abcabcabcabcabc',
    '1qaz2wsx3edc4rfv',
    'l3tm31nl3tm31n',
    'p a s s w o r d 1 2',
    'sunshine-2024!',
    'poiuytrewq!!',
  ])
    expect(common.has(bad), bad).toBe(true)
})

it('[L11] [V6.2.5] leaves passphrases and random passwords alone', () => {
  for (const good of [
    'vier alte Kähne am Ufer',
    'kB8#xq!2mLp9vT',
    'three slow herons',
    'my sister grows nine lemons',
    'demo-portal-2026',
    'корабль плывёт на юг',
  ])
    expect(common.has(good), good).toBe(false)
})

it('takes no longer for text that was made to be long', () => {
  for (const hostile of [
    'p4$$w0rd'.repeat(16),
    '1!|7$5@4'.repeat(16),
    'a@'.repeat(64),
    'qwer1234'.repeat(16),
  ])
    expect(common.has(hostile)).toBe(true)
})
