/** FHIR R4 MedicationRequest. */
import { z } from 'zod'
import { Medication } from '../../../../shared/domains/medications/schema.ts'
import type { JsonObject } from '../../../../shared/kernel/json.ts'
import { err, ok } from '../../../../shared/kernel/result.ts'
import {
  CodeableConcept,
  conceptText,
  DateOrInstant,
  defined,
  instant,
  moment,
  patientOf,
  Reference,
  text,
} from './elements.ts'
import { invalid, type Mapping, noSubject } from './mapping.ts'

const STATES = {
  active: 'active',
  'on-hold': 'active',
  draft: 'active',
  unknown: 'active',
  cancelled: 'stopped',
  stopped: 'stopped',
  'entered-in-error': 'stopped',
  completed: 'completed',
} as const satisfies Record<string, Medication['status']>

export const MedicationResource = z.object({
  resourceType: z.literal('MedicationRequest'),
  status: z.enum(Object.keys(STATES) as [keyof typeof STATES]),
  medicationCodeableConcept: CodeableConcept,
  subject: Reference,
  authoredOn: DateOrInstant,
  requester: Reference.optional(),
  dosageInstruction: z
    .array(
      z.object({
        text: text(1_000).optional(),
        doseAndRate: z
          .array(
            z.object({ doseQuantity: z.object({ value: z.number().positive(), unit: text(40) }).optional() }),
          )
          .max(5)
          .optional(),
      }),
    )
    .max(10)
    .optional(),
  dispenseRequest: z
    .object({
      numberOfRepeatsAllowed: z.number().int().min(0).max(99).optional(),
      performer: Reference.optional(),
      validityPeriod: z.object({ end: DateOrInstant.optional() }).optional(),
    })
    .optional(),
})
const OWNED = Medication.omit({ id: true, updatedAt: true })

export const medicationMapping: Mapping<typeof MedicationResource> = {
  collection: 'medications',
  resource: MedicationResource,
  owned: Object.keys(OWNED.shape),
  toDocument(given, _) {
    const patient = patientOf(given.subject.reference)
    if (patient === undefined) return err(noSubject)
    const [dosage] = given.dosageInstruction ?? []
    const quantity = dosage?.doseAndRate?.[0]?.doseQuantity
    const end = given.dispenseRequest?.validityPeriod?.end
    const fields = OWNED.safeParse(
      defined({
        name: conceptText(given.medicationCodeableConcept),
        dose: quantity === undefined ? '' : `${quantity.value} ${quantity.unit}`,
        instructions: dosage?.text ?? '',
        prescriberName: given.requester?.display ?? '',
        pharmacyName: given.dispenseRequest?.performer?.display,
        refillsLeft: given.dispenseRequest?.numberOfRepeatsAllowed,
        status: STATES[given.status],
        startedAt: moment(given.authoredOn),
        endedAt: end === undefined ? undefined : moment(end),
      }),
    )
    return fields.success
      ? ok({ patient, fields: fields.data as JsonObject })
      : err(invalid('This is no medication: a name (text or display) and a day from 1970 on are needed.'))
  },
  toResource(document, subject) {
    const medication = document as unknown as Medication
    const [, value, unit] = /^(\d+(?:\.\d+)?) (.+)$/.exec(medication.dose) ?? []
    return defined({
      resourceType: 'MedicationRequest',
      status: medication.status,
      intent: 'order',
      medicationCodeableConcept: { text: medication.name },
      subject: { reference: subject },
      authoredOn: instant(medication.startedAt),
      requester: { display: medication.prescriberName },
      dosageInstruction: [
        defined({
          text: medication.instructions,
          doseAndRate: value === undefined ? undefined : [{ doseQuantity: { value: Number(value), unit } }],
        }),
      ],
      dispenseRequest: defined({
        numberOfRepeatsAllowed: medication.refillsLeft,
        performer: medication.pharmacyName === undefined ? undefined : { display: medication.pharmacyName },
        validityPeriod: medication.endedAt === undefined ? undefined : { end: instant(medication.endedAt) },
      }),
    }) as JsonObject
  },
}
