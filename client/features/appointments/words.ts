/** What appointments are called on the screens. */
import { useLingui } from '@lingui/react/macro'
import type { Appointment, AppointmentState } from '../../../shared/domains/appointments/schema.ts'
import { clockOf, dayOf, spanOf, zoneName } from '../../ui/time.ts'
import { zoneOf } from './by-day.ts'

export function useStateWords(): (state: AppointmentState) => string {
  const { t } = useLingui()
  return (state) => {
    switch (state) {
      case 'booked':
        return t`Booked`
      case 'arrived':
        return t`You have arrived`
      case 'fulfilled':
        return t`Took place`
      case 'cancelled':
        return t`Cancelled`
      case 'no-show':
        return t`Missed`
    }
  }
}

export interface VisitTimes {
  /** `Thursday, December 3` */
  readonly day: string
  /** `2:00 – 2:50 PM` */
  readonly span: string
  /** `Eastern Time` */
  readonly zone: string
  /** The same where the device is; null where its clock shows the same. */
  readonly here: string | null
}

export function visitTimes(
  locale: string,
  visit: Pick<Appointment, 'startsAt' | 'endsAt' | 'timeZone'>,
): VisitTimes {
  const { startsAt, endsAt } = visit
  const timeZone = zoneOf(visit)
  const day = dayOf(locale, startsAt, timeZone)
  const span = spanOf(locale, startsAt, endsAt, timeZone)
  const sameHere =
    dayOf(locale, startsAt) === day && clockOf(locale, startsAt) === clockOf(locale, startsAt, timeZone)
  return {
    day,
    span,
    zone: zoneName(locale, startsAt, timeZone),
    here: sameHere ? null : `${dayOf(locale, startsAt)}, ${spanOf(locale, startsAt, endsAt)}`,
  }
}
