/** FHIR R4 Appointment. Beside it, `kind`, `joinUrl` and `cancellationPolicy`, for which R4 has no element. */
import { z } from 'zod'
import { VISIT_KINDS, Appointment as Visit } from '../../../../shared/domains/appointments/schema.ts'
import type { JsonObject } from '../../../../shared/kernel/json.ts'
import { err, ok } from '../../../../shared/kernel/result.ts'
import { defined, Instant, instant, moment, patientOf, Reference, text } from './elements.ts'
import { invalid, type Mapping, noSubject } from './mapping.ts'

const STATES = {
  proposed: 'booked',
  pending: 'booked',
  booked: 'booked',
  waitlist: 'booked',
  arrived: 'arrived',
  'checked-in': 'arrived',
  fulfilled: 'fulfilled',
  cancelled: 'cancelled',
  'entered-in-error': 'cancelled',
  noshow: 'no-show',
} as const satisfies Record<string, Visit['status']>

export const AppointmentResource = z.object({
  resourceType: z.literal('Appointment'),
  status: z.enum(Object.keys(STATES) as [keyof typeof STATES]),
  description: text(200).min(1),
  start: Instant,
  end: Instant,
  participant: z
    .array(z.object({ actor: Reference }))
    .min(1)
    .max(20)
    .meta({ description: 'Patient/<your id>, who it is with (Practitioner/…), where (Location/…).' }),
  patientInstruction: text(2_000).optional(),
  comment: text(2_000).optional(),
  kind: z.enum(VISIT_KINDS).optional(),
  joinUrl: z
    .url({ protocol: /^https$/ })
    .max(500)
    .optional(),
  cancellationPolicy: text(2_000).optional(),
})
const OWNED = Visit.omit({ id: true, updatedAt: true })

export const appointmentMapping: Mapping<typeof AppointmentResource> = {
  collection: 'appointments',
  resource: AppointmentResource,
  owned: Object.keys(OWNED.shape),
  toDocument(given, _, { timeZone }) {
    const actors = given.participant.map(({ actor }) => actor)
    const patient = actors.map(({ reference }) => patientOf(reference)).find((id) => id !== undefined)
    const called = (kind: string) =>
      actors.find(({ reference }) => reference?.startsWith(`${kind}/`))?.display
    if (patient === undefined) return err(noSubject)
    const [startsAt, endsAt] = [moment(given.start), moment(given.end)]
    if (endsAt <= startsAt) return err(invalid('The appointment ends before it begins.'))
    const fields = OWNED.safeParse(
      defined({
        startsAt,
        endsAt,
        timeZone,
        title: given.description,
        clinicianName: called('Practitioner') ?? '',
        place: called('Location') ?? '',
        kind: given.kind,
        joinUrl: given.joinUrl,
        status: STATES[given.status],
        howToPrepare: given.patientInstruction,
        cancellationPolicy: given.cancellationPolicy,
        notes: given.comment,
      }),
    )
    return fields.success
      ? ok({ patient, fields: fields.data as JsonObject })
      : err(invalid('This is no appointment.'))
  },
  toResource(document, subject) {
    const visit = document as unknown as Visit
    return defined({
      resourceType: 'Appointment',
      status: visit.status === 'no-show' ? 'noshow' : visit.status,
      description: visit.title,
      start: instant(visit.startsAt),
      end: instant(visit.endsAt),
      participant: [
        { actor: { reference: subject }, status: 'accepted' },
        { actor: { reference: 'Practitioner/unknown', display: visit.clinicianName }, status: 'accepted' },
        { actor: { reference: 'Location/unknown', display: visit.place }, status: 'accepted' },
      ],
      patientInstruction: visit.howToPrepare,
      comment: visit.notes,
      kind: visit.kind,
      joinUrl: visit.joinUrl,
      cancellationPolicy: visit.cancellationPolicy,
    }) as JsonObject
  },
}
