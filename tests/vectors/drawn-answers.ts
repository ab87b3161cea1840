/**
 * Random questions of several types with their answers and conditions, said in three ways: as ours, as FHIR, and as
 * FHIRPath. Each says by itself what a unit means and how a time without seconds reads.
 */
import type { Json, JsonObject } from '../../shared/kernel/json.ts'
import type { Answer } from '../../shared/questionnaire/questionnaire.ts'

export const KINDS = ['boolean', 'integer', 'choice', 'time', 'weight', 'kilograms', 'amount'] as const
export type Kind = (typeof KINDS)[number]

const IN_ORDER = ['exists', '=', '!=', '>', '<', '>=', '<='] as const
export const OPERATORS: Readonly<Record<Kind, readonly string[]>> = {
  ...{ boolean: ['exists', '=', '!='], choice: ['exists', '=', '!='] },
  ...{ integer: IN_ORDER, time: IN_ORDER, weight: IN_ORDER, kilograms: IN_ORDER, amount: IN_ORDER },
}

const UCUM = 'http://unitsofmeasure.org'
const CODES = ['a', 'b', 'c']
const TIMES = ['08:59:59', '09:00', '09:00:00', '09:00:30', '09:01', '23:59:59']
const KG = { code: 'kg', display: 'kilograms' }
const LB = { code: '[lb_av]', display: 'pounds' }
/** What a question of this kind offers. */
const UNITS: Readonly<Record<'weight' | 'kilograms' | 'amount', readonly (typeof KG)[]>> = {
  ...{ weight: [KG, LB], kilograms: [KG], amount: [] },
}
type Measured = keyof typeof UNITS
const isMeasured = (kind: Kind): kind is Measured => Object.hasOwn(UNITS, kind)

const pick = <T>(list: readonly T[], seed: number): T => list[seed % list.length] as T
const amountOf = (seed: number) => (seed % 3) + 3
/** The one that is chosen; of a question with one only, sometimes none, which means the same. */
const unitOf = (kind: Measured, seed: number) =>
  UNITS[kind].length === 0 ? undefined : pick(UNITS[kind], Math.floor(seed / 3))

/** The item without its linkId and text. */
export function questionOf(kind: Kind): JsonObject & { readonly type: string; readonly extension?: Json[] } {
  if (kind === 'choice') return { type: kind, answerOption: CODES.map((code) => ({ valueCoding: { code } })) }
  if (!isMeasured(kind)) return { type: kind }
  const name = kind === 'weight' ? 'unitOption' : 'unit'
  const extension = UNITS[kind].map((unit) => ({
    url: `http://hl7.org/fhir/StructureDefinition/questionnaire-${name}`,
    valueCoding: { system: UCUM, ...unit },
  }))
  return { type: 'quantity', extension }
}

/** As the draft keeps it. */
export function answerOf(kind: Kind, seed: number): Answer {
  if (kind === 'boolean') return seed % 2 === 0
  if (kind === 'integer') return (seed % 5) - 2
  if (kind === 'choice') return pick(CODES, seed)
  if (kind === 'time') return pick(TIMES, seed)
  const unit = kind === 'kilograms' && seed % 2 === 0 ? undefined : unitOf(kind, seed)
  return { value: amountOf(seed), ...(unit && { unit: unit.code }) }
}

/** As it stands in a response. */
export function asAnswer(kind: Kind, seed: number): JsonObject {
  const answer = answerOf(kind, seed)
  if (kind === 'boolean') return { valueBoolean: answer as boolean }
  if (kind === 'integer') return { valueInteger: answer as number }
  if (kind === 'choice') return { valueCoding: { code: answer as string } }
  if (kind === 'time') return { valueTime: withSeconds(answer as string) }
  const { code, display } = unitOf(kind, seed) ?? {}
  return {
    valueQuantity: { value: amountOf(seed), ...(code && { system: UCUM, code, unit: display as string }) },
  }
}

const withSeconds = (time: string) => (time.length === 5 ? `${time}:00` : time)

/** How a condition names its unit. */
const unitSaid = (seed: number) => {
  const unit = pick([KG, LB], Math.floor(seed / 3))
  return { unit, how: pick(['code', 'words', 'bare'] as const, Math.floor(seed / 6)) }
}

/** The `answer[x]` of a condition. */
export function asCondition(kind: Kind, operator: string, seed: number): JsonObject {
  if (operator === 'exists') return { answerBoolean: seed % 2 === 0 }
  if (isMeasured(kind)) {
    const { unit, how } = unitSaid(seed)
    const named = how === 'code' ? { system: UCUM, code: unit.code } : { unit: unit.display }
    return { answerQuantity: { value: amountOf(seed), ...(how === 'bare' ? {} : named) } }
  }
  const [[name = '', value] = []] = Object.entries(asAnswer(kind, seed))
  return { [name.replace('value', 'answer')]: value ?? null }
}

/** The same condition as FHIRPath over the values of its question. */
export function asPath(values: string, kind: Kind, operator: string, seed: number): string {
  if (operator === 'exists') return `(${values}.exists() = ${seed % 2 === 0})`
  const compared = comparedIn(values, kind, seed)
  const literal = literalOf(kind, seed)
  if (operator === '!=') return `${compared}.where($this = ${literal}).exists().not()`
  return `${compared}.where($this ${operator} ${literal}).exists()`
}

function comparedIn(values: string, kind: Kind, seed: number): string {
  if (kind === 'choice') return `${values}.code`
  if (!isMeasured(kind)) return values
  const { unit, how } = unitSaid(seed)
  if (how === 'bare') return `${values}.value`
  const same = how === 'code' ? `system = '${UCUM}' and code = '${unit.code}'` : `unit = '${unit.display}'`
  return `${values}.where(${same}).value`
}

function literalOf(kind: Kind, seed: number): string {
  const answer = answerOf(kind, seed)
  if (isMeasured(kind)) return String(amountOf(seed))
  if (kind === 'time') return `@T${withSeconds(answer as string)}`
  return typeof answer === 'string' ? `'${answer}'` : String(answer)
}
