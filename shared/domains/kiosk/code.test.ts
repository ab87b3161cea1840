import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { isEasyPin, newCode, PIN_PATTERN, readCode, readPicture, shownCode } from './code.ts'

describe('codes of visits and tablets', () => {
  it('are read back however a person types them, and nothing else is', () => {
    for (let round = 0; round < 50; round += 1) {
      const code = newCode(randomBytes)
      expect(readCode(shownCode(code))).toBe(code)
      expect(readCode(` ${code.toLowerCase().replace(/(..)/g, '$1 ')}`)).toBe(code)
    }
    for (const wrong of ['', 'ABC', 'F7K2Q-9XMA0', 'F7K2Q-9XMAI', 'F7K2Q-9XMABC'])
      expect(readCode(wrong)).toBeUndefined()
  })

  it('favour no sign', () => {
    const counts = new Map<string, number>()
    for (let round = 0; round < 3_100; round += 1)
      for (const sign of newCode(randomBytes)) counts.set(sign, (counts.get(sign) ?? 0) + 1)
    expect(counts.size).toBe(31)
    for (const count of counts.values()) expect(Math.abs(count - 1_000)).toBeLessThan(250)
  })
})

it('a picture is a code of the kind that is asked for, or nothing', () => {
  const code = newCode(randomBytes)
  const address = `https://portal.example.org/kiosk#enrol=${code}`
  expect(readPicture(code, 'visit')).toBe(code)
  expect(readPicture(address, 'tablet')).toBe(code)
  expect(readPicture(address, 'visit')).toBeUndefined()
  expect(readPicture(code, 'tablet')).toBeUndefined()
  for (const text of [
    '',
    'https://example.org/',
    `javascript:/kiosk#enrol=${code}`,
    `${address}X`,
    `x ${address}`,
  ])
    for (const what of ['tablet', 'visit'] as const)
      expect(readPicture(text, what), `${what} ${text}`).toBeUndefined()
})

it('a PIN that everybody tries first is known', () => {
  for (const pin of ['000000', '123456', '654321', '121212', '987654']) expect(isEasyPin(pin), pin).toBe(true)
  for (const pin of ['482913', '70718293']) expect(isEasyPin(pin), pin).toBe(false)
  expect(PIN_PATTERN.test('12345')).toBe(false)
})
