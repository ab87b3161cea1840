/** What of a found text is shown, and which part of it is marked. */
import { describe, expect, it } from 'vitest'
import { excerptAround, partsOf } from './excerpt.ts'

describe('excerpt', () => {
  it('begins near the first word that was found, on a word of its own', () => {
    const text = `${'before '.repeat(30)}the Café is open ${'after '.repeat(60)}`
    const excerpt = excerptAround(text, 'cafe')
    expect(excerpt).toMatch(/^… before .*the Café is open after .* …$/)
    expect(excerpt.length).toBeLessThan(180)
    expect(excerptAround('Short.', 'short')).toBe('Short.')
  })

  it('marks what was searched and leaves every letter in its place', () => {
    for (const [text, words] of [
      ['Évening and evening', 'EVEN'],
      ['e\u0301te\u0301 ou ete', 'ete'],
      ['😀 smile 😀', 'smile'],
      ['nothing', 'else'],
    ] as const) {
      const parts = partsOf(text, words)
      expect(parts.map((part) => part.text).join('')).toBe(text)
    }
    const hits = partsOf('Évening and evening', 'EVEN').filter(({ hit }) => hit)
    expect(hits.map((part) => part.text)).toEqual(['Éven', 'even'])
  })
})
