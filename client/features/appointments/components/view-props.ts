import type { ReactNode } from 'react'
import type { ClinicDay } from '../../../../shared/calendar/clinic-days.ts'
import type { Appointment } from '../../../../shared/domains/appointments/schema.ts'

export interface ViewProps {
  /** Earliest first. */
  readonly visits: readonly Appointment[]
  readonly now: number
  /** Today in the clinic's zone. */
  readonly today: ClinicDay
  /** What the client asked for this visit, if it is still open. */
  readonly noteOf: (visit: Appointment) => ReactNode
}

/** A view that stands at one day. */
export interface DayViewProps extends ViewProps {
  readonly day: ClinicDay
  readonly onDay: (day: ClinicDay) => void
}
