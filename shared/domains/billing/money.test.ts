import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { minorOf, moneyOf, plainMoney } from './money.ts'

describe('money', () => {
  it.each([
    ['40', 'USD', 4_000],
    ['40.5', 'USD', 4_050],
    ['40,50', 'EUR', 4_050],
    ['$1,040.50', 'USD', 104_050],
    ['1.040,50', 'EUR', 104_050],
    [' 7 ', 'JPY', 7],
    ['7.5', 'JPY', null],
    ['40.505', 'USD', null],
    ['1,040', 'USD', 104_000],
    ['1,040,000.5', 'USD', 104_000_050],
    ['1.040', 'KWD', 1_040],
    ['12,34,567', 'USD', null],
    ['-4', 'USD', null],
    ['', 'USD', null],
    ['four', 'USD', null],
    ['1e3', 'USD', null],
  ])('%s of %s is %s', (typed, currency, expected) => {
    expect(minorOf(typed, currency)).toBe(expected)
  })

  it('what is written into a field is read back alike, in every currency', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 99_999_999 }),
        fc.constantFrom('USD', 'EUR', 'JPY', 'KWD'),
        (minor, currency) => {
          expect(minorOf(plainMoney(minor, currency), currency)).toBe(minor)
        },
      ),
    )
  })

  it('is shown as people write it, and a code of no currency as it is', () => {
    expect([moneyOf('en', 4_000, 'USD'), moneyOf('en', 40, 'JPY'), moneyOf('en', 4_000, '1$')]).toEqual([
      '$40.00',
      '¥40',
      '40.00 1$',
    ])
  })

  it('in dollars is written in Spanish as in the field beside it, and may be typed as it is shown', () => {
    const shown = [4_000, -104_050].map((minor) => moneyOf('es', minor, 'USD'))
    expect(shown).toEqual(['$40.00', '-$1,040.50'])
    expect(shown[0]).toContain(plainMoney(4_000, 'USD'))
    expect(moneyOf('es', 4_000, 'EUR')).toBe('40,00\u00a0€')
  })
})
