import fc from 'fast-check'
import ICAL from 'ical.js'
import { describe, expect, it } from 'vitest'
import type { Appointment } from '../../../shared/domains/appointments/schema.ts'
import { icsOf, webLink } from './ics.ts'

const VISIT: Appointment = {
  id: '6f3f0c51-5d5f-4c9e-8f5e-1d1c3b2a4e77',
  startsAt: Date.UTC(2026, 11, 3, 19),
  endsAt: Date.UTC(2026, 11, 3, 19, 50),
  timeZone: 'America/New_York',
  title: 'Individual therapy',
  clinicianName: 'Dr. Maya Lindqvist',
  place: 'Room 4, 12 Harbor Street',
  status: 'booked',
  updatedAt: Date.UTC(2026, 10, 28),
}
const WORDS = { summary: 'Appointment: Dr. Maya Lindqvist', description: 'Times of the clinic.' }

const eventOf = (file: string) => {
  const [event] = new ICAL.Component(ICAL.parse(file)).getAllSubcomponents('vevent')
  if (event === undefined) throw new Error('no event')
  return new ICAL.Event(event)
}

describe('the calendar file', () => {
  it('is read by another program as the moment, place and person it was made of', () => {
    const event = eventOf(icsOf(VISIT, WORDS))
    expect(event.startDate.toJSDate().getTime()).toBe(VISIT.startsAt)
    expect(event.endDate.toJSDate().getTime()).toBe(VISIT.endsAt)
    expect(event.uid).toBe(`${VISIT.id}@mentalspace-portal`)
    expect([event.summary, event.location]).toEqual([WORDS.summary, VISIT.place])
  })

  it('does not say what the visit is about', () => {
    expect(icsOf({ ...VISIT, notes: 'secret', howToPrepare: 'secret' }, WORDS)).not.toMatch(/therapy|secret/i)
  })

  it('carries any text through, in lines of at most 75 octets', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (text) => {
        const place = `${text};,\\\nübermorgen 🦊`
        const file = icsOf({ ...VISIT, place }, { ...WORDS, description: place })
        for (const line of file.split('\r\n')) expect(new TextEncoder().encode(line).length).toBeLessThan(76)
        // biome-ignore lint/suspicious/noControlCharactersInRegex: what the file cannot hold
        const kept = place.replace(/\r\n|\r/g, '\n').replace(/[\u0000-\u0009\u000b-\u001f\u007f]/g, ' ')
        expect(eventOf(file).location).toBe(kept)
      }),
    )
  })

  it('says of a cancelled visit that it is cancelled', () => {
    expect(icsOf({ ...VISIT, status: 'cancelled' }, WORDS)).toContain('STATUS:CANCELLED')
  })

  it('links only to the web', () => {
    expect(webLink('https://video.example/r/1')).toBe('https://video.example/r/1')
    for (const address of ['javascript:alert(1)', 'http://video.example', 'x', '', undefined])
      expect(webLink(address)).toBeNull()
  })
})
