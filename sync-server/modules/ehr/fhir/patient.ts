/** FHIR R4 Patient: who the client is, how they are reached, who looks after them. */
import { z } from 'zod'
import { Profile } from '../../../../shared/domains/profile/schema.ts'
import { err, ok, type Result } from '../../../../shared/kernel/result.ts'
import type { Refusal } from '../../../../shared/protocol/errors.ts'
import { CodeableConcept, defined, Reference, text } from './elements.ts'
import { invalid } from './mapping.ts'

const SSN = 'http://hl7.org/fhir/sid/us-ssn'

export const PatientResource = z.object({
  resourceType: z.literal('Patient'),
  identifier: z
    .array(
      z.object({ system: text(200).optional(), type: CodeableConcept.optional(), value: text(60).min(1) }),
    )
    .max(20)
    .optional()
    .meta({
      description: `Medical record number: \`type.coding.code\` MR. Last four of the SSN: system ${SSN}. Kept as keyed hashes, to be found by at registration.`,
    }),
  name: z
    .array(
      z.object({
        use: text(20).optional(),
        text: text(200).optional(),
        family: text(100).optional(),
        given: z.array(text(100)).max(5).optional(),
      }),
    )
    .min(1)
    .max(5),
  birthDate: z.iso.date(),
  telecom: z
    .array(z.object({ system: text(20), value: text(320) }))
    .max(20)
    .optional(),
  address: z
    .array(
      z.object({
        text: text(500).optional(),
        line: z.array(text(200)).max(4).optional(),
        city: text(100).optional(),
        state: text(100).optional(),
        postalCode: text(20).optional(),
      }),
    )
    .max(5)
    .optional(),
  generalPractitioner: z.array(Reference).max(20).optional().meta({
    description:
      'Who looks after the client: `identifier.value` is the e-mail of a clinician’s account. Given, it is the whole list.',
  }),
})
export type PatientResource = z.infer<typeof PatientResource>

export interface MappedPatient {
  readonly name: string
  readonly dateOfBirth: string
  readonly email: string | undefined
  readonly mrn: string | undefined
  readonly ssn4: string | undefined
  /** Null: nothing was said. */
  readonly clinicians: readonly string[] | null
  /** Of the profile, without what is the practice's. */
  readonly profile: Pick<Profile, 'name' | 'preferredName' | 'dateOfBirth' | 'email' | 'phone' | 'address'>
}

type Name = PatientResource['name'][number]
const nameOf = ({ text: whole, given = [], family }: Name): string =>
  (whole ?? [...given, family].filter(Boolean).join(' ')).trim()
const addressOf = (address: NonNullable<PatientResource['address']>[number]): string | undefined => {
  const place = [address.city, [address.state, address.postalCode].filter(Boolean).join(' ')]
  const written = address.text ?? [...(address.line ?? []), ...place].filter(Boolean).join(', ')
  return written === '' ? undefined : written.slice(0, 500)
}

export function toPatient(given: PatientResource): Result<MappedPatient, Refusal> {
  const official = given.name.find(({ use }) => use !== 'nickname' && use !== 'usual') ?? given.name[0]
  const name = official === undefined ? '' : nameOf(official)
  if (name === '' || name.length > 200) return err(invalid('The client has no name that fits.'))
  const preferred = given.name.find((each) => each !== official && /^(nickname|usual)$/.test(each.use ?? ''))
  const reach = (system: string) => given.telecom?.find((each) => each.system === system)?.value
  const email = reach('email')?.toLowerCase()
  if (email !== undefined && !z.email().max(320).safeParse(email).success)
    return err(invalid('The e-mail address is none.'))
  const mrn = given.identifier?.find(({ type }) => type?.coding?.some(({ code }) => code === 'MR'))?.value
  const ssn = given.identifier?.find(({ system }) => system === SSN)?.value.replaceAll('-', '')
  if (ssn !== undefined && !/^(\d{4}|\d{9})$/.test(ssn))
    return err(invalid('Of a social security number the last four digits are taken.'))
  const [address] = given.address ?? []
  const profile = Profile.pick({
    name: true,
    preferredName: true,
    dateOfBirth: true,
    email: true,
    phone: true,
    address: true,
  }).safeParse(
    defined({
      name,
      preferredName: preferred && nameOf(preferred),
      dateOfBirth: given.birthDate,
      email: email ?? '',
      phone: reach('phone'),
      address: address && addressOf(address),
    }),
  )
  if (!profile.success) return err(invalid('Something of the client is longer than fits.'))
  return ok({
    name,
    dateOfBirth: given.birthDate,
    email,
    mrn,
    ssn4: ssn?.slice(-4),
    clinicians:
      given.generalPractitioner?.flatMap(({ identifier }) => identifier?.value?.toLowerCase() ?? []) ?? null,
    profile: profile.data,
  })
}

export function toPatientResource(profile: Partial<Profile> & { readonly name: string }) {
  return defined({
    resourceType: 'Patient',
    name: [
      { use: 'official', text: profile.name },
      ...(profile.preferredName === undefined ? [] : [{ use: 'usual', text: profile.preferredName }]),
    ],
    birthDate: profile.dateOfBirth,
    telecom: [
      ...(profile.email ? [{ system: 'email', value: profile.email }] : []),
      ...(profile.phone === undefined ? [] : [{ system: 'phone', value: profile.phone }]),
    ],
    address: profile.address === undefined ? undefined : [{ text: profile.address }],
  })
}
