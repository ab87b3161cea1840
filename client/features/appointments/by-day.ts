/** Appointments sorted into what the views show. Each counts for the day that it has in the clinic's own zone. Pure. */
import { type ClinicDay, dayAt, isZone } from '../../../shared/calendar/clinic-days.ts'
import type { Appointment } from '../../../shared/domains/appointments/schema.ts'

/** A zone that the platform does not know would break the page: then the device's own stands in. */
export const zoneOf = ({ timeZone }: Pick<Appointment, 'timeZone'>): string =>
  isZone(timeZone) ? timeZone : Intl.DateTimeFormat().resolvedOptions().timeZone

export const dayOfVisit = (appointment: Appointment): ClinicDay =>
  dayAt(appointment.startsAt, zoneOf(appointment))

export const byDay = (
  appointments: readonly Appointment[],
): ReadonlyMap<ClinicDay, readonly Appointment[]> => {
  const days = new Map<ClinicDay, Appointment[]>()
  for (const appointment of appointments) {
    const day = dayOfVisit(appointment)
    days.set(day, [...(days.get(day) ?? []), appointment])
  }
  return days
}

/** A visit is past when it has ended; one that is under way is still to come. */
export const isUpcoming = ({ endsAt }: Pick<Appointment, 'endsAt'>, now: number): boolean => endsAt > now

/** The clinic's zone as far as the device knows it: of the next visit, else of the last, else the practice's, else its own. */
export function clinicZone(appointments: readonly Appointment[], now: number, ofPractice?: string): string {
  const known = appointments.find((one) => isUpcoming(one, now)) ?? appointments.at(-1)
  if (known) return zoneOf(known)
  return ofPractice && isZone(ofPractice) ? ofPractice : Intl.DateTimeFormat().resolvedOptions().timeZone
}
