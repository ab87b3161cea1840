/** Elements of FHIR R4 as far as they are read here. Others are taken and left alone, as FHIR asks of a server. */
import { z } from 'zod'

export const text = (max: number) => z.string().trim().max(max)
export const Reference = z.object({
  reference: text(300).optional(),
  display: text(200).optional(),
  identifier: z.object({ system: text(200).optional(), value: text(320).optional() }).optional(),
})
export const Instant = z.iso
  .datetime({ offset: true })
  .meta({ description: 'With its offset, such as 2026-03-08T09:30:00-05:00.' })
export const DateOrInstant = z.union([Instant, z.iso.date()])
export const Coding = z.object({ system: text(300).optional(), code: text(100).optional() })
export const CodeableConcept = z.object({
  text: text(300).optional(),
  coding: z
    .array(Coding.extend({ display: text(300).optional() }))
    .max(20)
    .optional(),
})
export const Money = z.object({
  value: z.number().min(-10_000_000).max(10_000_000),
  currency: z.string().length(3),
})

/** A day without a time is shown as that day in every zone of the Americas and of Europe: noon, UTC. */
export const moment = (value: string): number =>
  Date.parse(value.length === 10 ? `${value}T12:00:00Z` : value)
export const instant = (ms: number): string => new Date(ms).toISOString()

/** The external id in `Patient/<id>`. */
export const patientOf = (reference: string | undefined): string | undefined =>
  /^Patient\/(.+)$/.exec(reference ?? '')?.[1]

export const conceptText = (concept: z.infer<typeof CodeableConcept> | undefined): string | undefined =>
  concept?.text ?? concept?.coding?.find(({ display }) => display !== undefined)?.display

/** Undefined where the amount is no whole number of cents. */
export function cents({ value }: z.infer<typeof Money>): number | undefined {
  const whole = Math.round(value * 100)
  return Math.abs(whole - value * 100) < 1e-6 ? whole : undefined
}
export const money = (amount: number, currency: string) => ({ value: amount / 100, currency })

/** Without what is undefined. */
export const defined = <T extends object>(fields: T): T =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T
