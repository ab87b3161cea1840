import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { isEasyPin, newCode, PIN_PATTERN, readCode, shownCode } from './code.ts'

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

it('a PIN that everybody tries first is known', () => {
  for (const pin of ['000000', '123456', '654321', '121212', '987654']) expect(isEasyPin(pin), pin).toBe(true)
  for (const pin of ['482913', '70718293']) expect(isEasyPin(pin), pin).toBe(false)
  expect(PIN_PATTERN.test('12345')).toBe(false)
})
