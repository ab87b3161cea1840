/** One answer as FHIR `value[x]`, and back. Pure. */
import type { Json, JsonObject } from '../kernel/json.ts'
import { fromFhirAttachment, readAttached, toFhirAttachment } from './attached-file.ts'
import { comparableTime, isDate, isDateTime, isTime } from './dates.ts'
import type { Answer, Coding, Item, Option } from './questionnaire.ts'
import { isSigned, readSignature } from './signature.ts'
import { unitOf } from './units.ts'

const UCUM = 'http://unitsofmeasure.org'

/** Undefined where the answer is no value of the question's type (yet). */
export function toFhirValue(item: Item, answer: Answer): JsonObject | undefined {
  const option = item.options.find(({ token }) => token === String(answer))
  if (option?.coding) return { valueCoding: { ...option.coding } }
  if (option) return literalValue(option, String(answer))
  if (typeof answer === 'object') return objectValue(item, answer)
  if (typeof answer === 'boolean') return item.type === 'boolean' ? { valueBoolean: answer } : undefined
  if (typeof answer === 'number') return numberValue(item, answer)
  return textValue(item, answer)
}

/** FHIR has no time without its seconds, though a form may leave them out. */
function literalValue({ literal = 'String' }: Option, text: string): JsonObject {
  if (literal === 'Integer') return { valueInteger: Number(text) }
  return { [`value${literal}`]: literal === 'Time' ? comparableTime(text) : text }
}

function numberValue(item: Item, answer: number): JsonObject | undefined {
  if (item.type === 'decimal') return { valueDecimal: answer }
  return item.type === 'integer' && Number.isSafeInteger(answer) ? { valueInteger: answer } : undefined
}

function textValue({ type }: Item, text: string): JsonObject | undefined {
  switch (type) {
    case 'date':
      return isDate(text) ? { valueDate: text } : undefined
    case 'dateTime':
      return isDateTime(text) ? { valueDateTime: text } : undefined
    case 'time':
      return isTime(text) ? { valueTime: text.length === 5 ? `${text}:00` : text } : undefined
    case 'url':
      return { valueUri: text }
    case 'string':
    case 'text':
    case 'open-choice':
      return { valueString: text }
    default:
      return undefined
  }
}

function objectValue(item: Item, answer: Exclude<Answer, string | number | boolean>): JsonObject | undefined {
  if (item.type === 'quantity' && typeof answer.value === 'number')
    return { valueQuantity: quantity(answer.value, unitOf(item, answer)) }
  const attached = item.type === 'attachment' ? readAttached(answer) : null
  if (attached) return { valueAttachment: toFhirAttachment(attached) }
  const signature = isSigned(item) ? readSignature(answer) : null
  return signature ? { valueString: signature.name ?? 'Signed by hand' } : undefined
}

const quantity = (value: number, unit: Coding | undefined): JsonObject => {
  const label = unit?.display ?? unit?.code
  return {
    value,
    ...(label ? { unit: label } : {}),
    ...(unit?.code ? { system: unit.system ?? UCUM, code: unit.code } : {}),
  }
}

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A FHIR value of any kind as the answer that this question stores; undefined where it cannot. */
export function fromFhirValue(item: Item, value: Json): Answer | undefined {
  if (isObject(value)) return fromObject(item, value)
  if (value === null || typeof value === 'object') return undefined
  if (item.options.length > 0) return fromLiteral(item, String(value))
  switch (item.type) {
    case 'boolean':
      return typeof value === 'boolean' ? value : undefined
    case 'integer':
    case 'decimal':
      return fromNumber(item, value)
    case 'quantity':
      return typeof value === 'number' ? amount(item, value) : undefined
    case 'date':
      return typeof value === 'string' ? value.slice(0, 10) : undefined
    case 'time':
      return typeof value === 'string' ? value.replace(/^(\d\d:\d\d):00(?:\.0+)?$/, '$1') : undefined
    case 'group':
    case 'display':
    case 'attachment':
      return undefined
    default:
      return String(value)
  }
}

function fromObject(item: Item, value: JsonObject): Answer | undefined {
  if (item.type === 'quantity') return fromQuantity(item, value)
  return item.type === 'attachment' ? fromFhirAttachment(value) : fromCoding(item, value)
}

const amount = ({ unit }: Item, value: number): Answer => {
  const code = unit?.code ?? unit?.display
  return code ? { value, unit: code } : { value }
}

function fromNumber({ type }: Item, value: string | number | boolean): number | undefined {
  if (typeof value !== 'number' || !Number.isFinite(value)) return undefined
  return type === 'decimal' || Number.isSafeInteger(value) ? value : undefined
}

function fromLiteral(item: Item, text: string): Answer | undefined {
  const listed = item.options.find(
    ({ token, label, literal }) =>
      token === text ||
      label === text ||
      (literal === 'Time' && comparableTime(token) === comparableTime(text)),
  )
  if (listed) return item.type === 'integer' ? Number(listed.token) : listed.token
  return item.type === 'open-choice' ? text : undefined
}

function fromCoding(item: Item, { system, code, display, name }: JsonObject): Answer | undefined {
  if (item.options.length === 0) return typeof name === 'string' ? name : (textOf(display) ?? textOf(code))
  const listed = item.options.find(({ coding, token }) => {
    if (!coding) return token === code || token === display
    const same = coding.code === undefined ? coding.display === display : coding.code === code
    return same && (typeof system !== 'string' || coding.system === undefined || coding.system === system)
  })
  return listed?.token ?? (item.type === 'open-choice' ? (textOf(display) ?? textOf(code)) : undefined)
}

const textOf = (value: Json | undefined): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined

/** One with a comparator ("less than 5") is a range, and no amount. */
function fromQuantity(item: Item, { value, unit, code, comparator }: JsonObject): Answer | undefined {
  if (typeof value !== 'number' || (comparator !== undefined && comparator !== null)) return undefined
  const given = textOf(code) ?? textOf(unit)
  return given ? { value, unit: given } : amount(item, value)
}
