import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mergeText } from './text.ts'
import { textHunks, tokens } from './text-diff.ts'

const BASE = 'I sleep badly. Work is hard. My family helps me.'
const word = fc.constantFrom('I', 'feel', 'sad', 'today', 'and', ' ', '.', '\n', 'señor')
const text = fc.array(word, { maxLength: 14 }).map((words) => words.join(''))

describe('text', () => {
  it('[M6] keeps changes of both sides where they are apart', () => {
    const master = BASE.replace('badly', 'very badly')
    const fork = `${BASE} Since May.`
    expect(mergeText(BASE, master, fork)).toEqual({
      merged: 'I sleep very badly. Work is hard. My family helps me. Since May.',
      clean: true,
    })
  })

  it('[M6] keeps the same change on both sides once', () => {
    const same = BASE.replace('hard', 'too hard')
    expect(mergeText(BASE, same, `${same} Always.`)).toEqual({ merged: `${same} Always.`, clean: true })
    expect(mergeText(BASE, same, same)).toEqual({ merged: same, clean: true })
  })

  it.each([
    ['the same word changed differently', BASE.replace('hard', 'fine'), BASE.replace('hard', 'awful')],
    ['different insertions at the same place', `${BASE} Since May.`, `${BASE} Since June.`],
    ['a deletion around a change', BASE.replace(' Work is hard.', ''), BASE.replace('hard', 'awful')],
    [
      'a changed word and words added right after it',
      BASE.replace('me.', 'us.'),
      BASE.replace('me.', 'me now.'),
    ],
    ['a changed word beside a changed mark', BASE.replace('hard', 'fine'), BASE.replace('hard.', 'hard!')],
    ['two first texts', 'I feel sad', 'I cannot sleep'],
  ])('[M6] is not clean for %s, and leaves the master whole', (_, master, fork) => {
    expect(mergeText(BASE, master, fork)).toEqual({ merged: master, clean: false })
  })

  it('[M6] takes the only side that changed', () => {
    expect(mergeText(BASE, BASE, 'x')).toEqual({ merged: 'x', clean: true })
    expect(mergeText(BASE, 'x', BASE)).toEqual({ merged: 'x', clean: true })
  })

  it('[M6] is symmetric: both orders give the same text', () => {
    fc.assert(
      fc.property(text, text, text, (base, left, right) => {
        const a = mergeText(base, left, right)
        const b = mergeText(base, right, left)
        expect(a.clean).toBe(b.clean)
        if (a.clean) expect(a.merged).toBe(b.merged)
      }),
      { numRuns: 2_000 },
    )
  })

  it('[M7] merging the same fork again changes nothing', () => {
    fc.assert(
      fc.property(text, text, text, (base, master, fork) => {
        const { merged, clean } = mergeText(base, master, fork)
        if (clean) expect(mergeText(base, merged, fork)).toEqual({ merged, clean: true })
      }),
      { numRuns: 2_000 },
    )
  })

  it('[M6] loses no inserted word when it is clean', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 3, maxLength: 20 }), (sides) => {
        const base = sides.map((_, index) => `w${index}`).join(' ')
        const insert = (mine: boolean) =>
          sides.map((side, index) => (side === mine ? `w${index} new${index}` : `w${index}`)).join(' ')
        const { merged, clean } = mergeText(base, insert(true), insert(false))
        expect(clean).toBe(true)
        expect(merged).toBe(sides.map((_, index) => `w${index} new${index}`).join(' '))
      }),
    )
  })

  it('[M6] describes every change exactly', () => {
    fc.assert(
      fc.property(text, text, (base, other) => {
        const from = tokens(base)
        let at = 0
        let rebuilt = ''
        for (const hunk of textHunks(from, tokens(other))) {
          rebuilt += from.slice(at, hunk.start).join('') + hunk.words.join('')
          at = hunk.end
        }
        expect(rebuilt + from.slice(at).join('')).toBe(other)
        expect(from.join('')).toBe(base)
      }),
      { numRuns: 2_000 },
    )
  })

  it('[M6] stays bounded for two texts of 20,000 characters with nothing in common', () => {
    const long = (seed: number) =>
      Array.from({ length: 4_000 }, (_, index) => `${(index * seed) % 9973}`)
        .join(' ')
        .slice(0, 20_000)
    const started = performance.now()
    expect(mergeText(long(7), long(11), long(13)).clean).toBe(false)
    expect(performance.now() - started).toBeLessThan(2_000)
  })
})
