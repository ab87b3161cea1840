/** From what staff type to what the server is told. Pure. */
import { type ClinicDay, dayAt, minuteAt, momentAt } from '../../../shared/calendar/clinic-days.ts'
import type { DecisionBody, FreeSlot, RequestDetail } from './request-data.ts'

export type Choice = DecisionBody['decision']
export interface DecisionFields {
  readonly choice: Choice
  readonly slotId: string
  readonly day: string
  readonly begins: string
  readonly ends: string
  readonly clinicianName: string
  readonly place: string
  readonly kind: 'in-person' | 'telehealth'
  readonly title: string
  readonly note: string
}

const clock = (minute: number) =>
  [Math.floor(minute / 60), minute % 60].map((part) => String(part).padStart(2, '0')).join(':')
const HALF_HOUR = 30

/** What the client chose or would like, the present appointment, the practice's habits: as much as is known. */
export function firstFields({ request, appointment, timeZone, clinicians }: RequestDetail): DecisionFields {
  const wished = request.chosenTime ?? request.preferredTimes?.[0]
  const from = wished?.from ?? appointment?.startsAt
  const length = request.chosenTime
    ? (request.chosenTime.to - request.chosenTime.from) / 60_000
    : appointment
      ? (appointment.endsAt - appointment.startsAt) / 60_000
      : HALF_HOUR
  const zone = appointment?.timeZone ?? timeZone
  const minute = from === undefined ? 9 * 60 : minuteAt(from, zone)
  const kind = request.visitKind ?? appointment?.kind ?? 'in-person'
  return {
    choice: 'approve',
    slotId: '',
    day: from === undefined ? '' : dayAt(from, zone),
    begins: clock(minute),
    ends: clock(Math.min(minute + length, 24 * 60 - 1)),
    clinicianName: appointment?.clinicianName ?? clinicians[0]?.name ?? '',
    place: appointment?.place ?? (kind === 'telehealth' ? 'Video visit' : ''),
    kind,
    title: appointment?.title ?? 'Appointment',
    note: '',
  }
}

export type FieldProblem = 'day' | 'time' | 'place' | 'note'

/** Does this answer give a time? */
export const givesTime = ({ choice }: Pick<DecisionFields, 'choice'>, { request }: RequestDetail): boolean =>
  choice === 'propose' ||
  (choice === 'approve' && request.kind !== 'cancel' && request.reviewReason !== 'withdrawn-late')

const minutesOf = (text: string): number => {
  const [, hours, minutes] = /^(\d{2}):(\d{2})$/.exec(text) ?? []
  return hours === undefined ? Number.NaN : Number(hours) * 60 + Number(minutes)
}

export function problemsOf(fields: DecisionFields, detail: RequestDetail): FieldProblem[] {
  const problems: FieldProblem[] = []
  if (fields.choice === 'decline' && fields.note.trim() === '') problems.push('note')
  if (!givesTime(fields, detail) || fields.slotId !== '') return problems
  if (!/^\d{4}-\d{2}-\d{2}$/.test(fields.day)) problems.push('day')
  if (!(minutesOf(fields.ends) > minutesOf(fields.begins))) problems.push('time')
  if (fields.choice === 'approve' && (fields.place.trim() === '' || fields.clinicianName.trim() === ''))
    problems.push('place')
  return problems
}

const spanOf = ({ day, begins, ends }: DecisionFields, timeZone: string) => ({
  from: momentAt(day as ClinicDay, minutesOf(begins), timeZone),
  to: momentAt(day as ClinicDay, minutesOf(ends), timeZone),
})

export function bodyOf(
  fields: DecisionFields,
  detail: RequestDetail,
  slots: readonly FreeSlot[],
): DecisionBody {
  const zone = detail.appointment?.timeZone ?? detail.timeZone
  const note = fields.note.trim() === '' ? {} : { note: fields.note.trim() }
  const told = { decision: fields.choice, ...note }
  if (!givesTime(fields, detail)) return told
  const slot = slots.find(({ id }) => id === fields.slotId)
  if (fields.choice === 'propose') {
    const span = slot ? { from: slot.startsAt, to: slot.endsAt } : spanOf(fields, zone)
    return { ...told, times: [span] }
  }
  const title =
    detail.request.kind === 'new-appointment' ? { title: fields.title.trim() || 'Appointment' } : {}
  if (slot) return { ...told, ...title, place: { slotId: slot.id } }
  const { from, to } = spanOf(fields, zone)
  const { clinicianName, place, kind } = fields
  return {
    ...told,
    ...title,
    place: { startsAt: from, endsAt: to, clinicianName: clinicianName.trim(), place: place.trim(), kind },
  }
}
