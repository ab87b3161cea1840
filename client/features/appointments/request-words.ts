/** What requests and their times are called. */
import { useLingui } from '@lingui/react/macro'
import { isZone } from '../../../shared/calendar/clinic-days.ts'
import type { Request, TimeWindow } from '../../../shared/domains/requests/schema.ts'
import { dayOf, spanOf, zoneName } from '../../ui/time.ts'
import { visitTimes } from './words.ts'

/** `Thursday, December 3, 8:00 AM – 12:00 PM, Eastern Time` */
export function windowWords(locale: string, { from, to }: TimeWindow, timeZone: string): string {
  const zone = isZone(timeZone) ? timeZone : 'UTC'
  return `${dayOf(locale, from, zone)}, ${spanOf(locale, from, to, zone)}, ${zoneName(locale, from, zone)}`
}

export function useRequestTitle(): (request: Request) => string {
  const { i18n, t } = useLingui()
  return ({ kind, seen }) => {
    const day = seen ? visitTimes(i18n.locale, seen).day : ''
    if (kind === 'cancel') return day ? t`Cancel the appointment on ${day}` : t`Cancel an appointment`
    if (kind === 'reschedule') return day ? t`Move the appointment on ${day}` : t`Move an appointment`
    return t`A new appointment`
  }
}
