/**
 * An appointment as an iCalendar file (RFC 5545), made on the device. Times are in UTC, which every calendar shows in its
 * own zone; the clinic's is named in the text. It does not say what the visit is about: calendars are shared and
 * synchronised with whom the client does not think of. The same appointment keeps its UID, so that a newer file replaces
 * the older entry. Pure.
 */
import type { Appointment } from '../../../shared/domains/appointments/schema.ts'

interface Words {
  /** `Appointment: Dr. Maya Lindqvist` */
  readonly summary: string
  readonly description: string
}

export function icsOf(appointment: Appointment, { summary, description }: Words): string {
  const { id, startsAt, endsAt, place, updatedAt, status } = appointment
  const link = webLink(appointment.joinUrl)
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//MentalSpace//Portal//EN',
    'CALSCALE:GREGORIAN',
    'METHOD:PUBLISH',
    'BEGIN:VEVENT',
    `UID:${id}@mentalspace-portal`,
    `DTSTAMP:${utc(updatedAt)}`,
    `LAST-MODIFIED:${utc(updatedAt)}`,
    // Grows with every change: calendars keep the newest.
    `SEQUENCE:${Math.floor(updatedAt / 1000) % 2_147_483_647}`,
    `DTSTART:${utc(startsAt)}`,
    `DTEND:${utc(Math.max(startsAt, endsAt))}`,
    `SUMMARY:${escaped(summary)}`,
    `LOCATION:${escaped(place)}`,
    `DESCRIPTION:${escaped(description)}`,
    ...(link === null ? [] : [`URL:${link}`]),
    `STATUS:${status === 'cancelled' ? 'CANCELLED' : 'CONFIRMED'}`,
    'CLASS:PRIVATE',
    'END:VEVENT',
    'END:VCALENDAR',
  ]
  return `${lines.map(folded).join('\r\n')}\r\n`
}

/** The address as it may stand in a link, or null: only the web, and nothing that runs in the page. */
export function webLink(address: string | undefined): string | null {
  if (address === undefined || !URL.canParse(address)) return null
  const { protocol, href } = new URL(address)
  return protocol === 'https:' ? href : null
}

/** `20261203T190000Z` */
const utc = (at: number): string => new Date(at).toISOString().replace(/[-:]|\.\d{3}/g, '')

const escaped = (text: string): string =>
  text
    .replace(/[\\;,]/g, (mark) => `\\${mark}`)
    .replace(/\r\n|\r|\n/g, '\\n')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: a control character would end the file for its reader
    .replace(/[\u0000-\u001f\u007f]/g, ' ')

const LONGEST = 75
const size = (text: string) => new TextEncoder().encode(text).length

/** Lines of at most 75 octets; a character is never split. */
function folded(line: string): string {
  const parts: string[] = []
  let part = ''
  for (const character of line) {
    if (size(part) + size(character) > LONGEST) {
      parts.push(part)
      part = ' '
    }
    part += character
  }
  return [...parts, part].join('\r\n')
}
