import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { datePartsOf, isoDate, parseMonth, partialDate } from './date-parts.ts'

describe('parseMonth', () => {
  it('reads numbers, names, short names and names of the page language', () => {
    for (const text of ['9', '09', 'September', 'sept', 'Sep', 'SEP.']) expect(parseMonth(text)).toBe(9)
    expect(parseMonth('septiembre', 'es')).toBe(9)
    expect(parseMonth('January', 'es')).toBe(1)
  })
  it('refuses what could be two months or none', () => {
    for (const text of ['', '0', '13', 'ju', 'm', 'foo', '1a']) expect(parseMonth(text)).toBeNull()
  })
})

describe('isoDate', () => {
  it('takes a plain American date and never moves it to another century', () => {
    expect(isoDate({ month: '1', day: '2', year: '1990' })).toBe('1990-01-02')
    expect(isoDate({ month: '1', day: '2', year: '90' })).toBeNull()
  })
  it('refuses days that do not exist', () => {
    expect(isoDate({ month: '2', day: '30', year: '2001' })).toBeNull()
    expect(isoDate({ month: 'Feb', day: '29', year: '2000' })).toBe('2000-02-29')
    expect(isoDate({ month: '2', day: '29', year: '1900' })).toBeNull()
  })
  it('takes a year, or a month of a year, where that is enough', () => {
    expect(partialDate({ month: '', day: '', year: '2019' })).toBe('2019')
    expect(partialDate({ month: 'June', day: '', year: '2019' })).toBe('2019-06')
    expect(partialDate({ month: '', day: '3', year: '2019' })).toBeNull()
    expect(datePartsOf('2019-06')).toEqual({ month: '6', day: '', year: '2019' })
  })
  it('gives back every real day from the boxes that show it', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('1000-01-01'), max: new Date('2999-12-31'), noInvalidDate: true }),
        (date) => {
          const iso = date.toISOString().slice(0, 10)
          expect(isoDate(datePartsOf(iso))).toBe(iso)
        },
      ),
    )
  })
})
