/**
 * From a JSON schema (of the OpenAPI document, or of a zod schema) to values: those it accepts, those that miss it by
 * one or two changes, and those that have nothing to do with it.
 */
import fc from 'fast-check'
import { LIMITS } from '../../shared/protocol/terms.ts'
import { NASTY_NUMBERS, NASTY_OTHERS, NASTY_TEXTS } from './nasty.ts'

interface Schema {
  readonly type?: string | readonly string[]
  readonly format?: string
  readonly pattern?: string
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly allOf?: readonly Schema[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: Schema | boolean
  readonly required?: readonly string[]
  readonly prefixItems?: readonly Schema[]
  readonly items?: Schema
  readonly minItems?: number
  readonly maxItems?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly $ref?: string
}

const FIELD_PATHS = [
  'answers/phq9-1',
  'answers/note',
  'status',
  'draftId',
  'definitionId',
  'answers',
  'submittedAt',
  'body',
  'readAt',
]

const nasty = fc.oneof(
  fc.constantFrom(...NASTY_TEXTS),
  fc.constantFrom(...NASTY_NUMBERS),
  fc.constantFrom(...NASTY_OTHERS),
)
const anyJson = fc.oneof({ maxDepth: 2 }, fc.jsonValue({ maxDepth: 3 }), nasty)

/**
 * Values that exist, by the name of the property or parameter that takes them: without them hardly anything generated
 * would come further than the first check. `id` is for ids whose name tells nothing, `*` for every text that is free.
 */
export type Known = Readonly<Record<string, readonly unknown[]>> & { readonly id: readonly string[] }

export function fromSchema(schema: unknown, known: Known, name = ''): fc.Arbitrary<unknown> {
  const valid = validOf(schema as Schema, known, name)
  const near = fc
    .tuple(valid, fc.array(fc.tuple(fc.nat(), fc.nat(6), anyJson), { minLength: 1, maxLength: 3 }))
    .map(([value, changes]) =>
      changes.reduce<unknown>((at, [where, how, by]) => spoil(at, where, how, by), value),
    )
  return fc.oneof(
    { arbitrary: valid, weight: 6 },
    { arbitrary: near, weight: 4 },
    { arbitrary: anyJson, weight: 1 },
  )
}

function validOf(schema: Schema, known: Known, name: string): fc.Arbitrary<unknown> {
  const existing = known[name]
  if (existing === undefined) return anyOf(schema, known, name)
  return fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...existing) },
    { weight: 1, arbitrary: anyOf(schema, known, name) },
  )
}

function anyOf(schema: Schema, known: Known, name: string): fc.Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const)
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum)
  // Only values that are any JSON refer to themselves.
  if (schema.$ref !== undefined) return anyJson
  const choices = schema.anyOf ?? schema.oneOf
  if (choices !== undefined) return fc.oneof(...choices.map((choice) => validOf(choice, known, name)))
  if (schema.allOf?.[0] !== undefined) return validOf(schema.allOf[0], known, name)
  const type = typeof schema.type === 'string' ? schema.type : schema.type?.[0]
  switch (type) {
    case 'object':
      return objectOf(schema, known)
    case 'array':
      return arrayOf(schema, known)
    case 'string':
      return textOf(schema, known)
    case 'integer':
      return integerOf(schema)
    case 'number':
      return fc.double({ noNaN: true, noDefaultInfinity: true })
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    default:
      return anyJson
  }
}

function integerOf({ minimum = -1_000, maximum = 2 ** 31 - 1 }: Schema) {
  const min = Math.max(minimum, -(2 ** 31))
  const max = Math.max(min, Math.min(maximum, 2 ** 31 - 1))
  return fc.oneof(fc.integer({ min, max: Math.min(max, min + 12) }), fc.integer({ min, max }))
}

function objectOf({ properties = {}, required = [], additionalProperties }: Schema, known: Known) {
  const entries = Object.entries(properties)
  if (entries.length === 0)
    return fc.dictionary(
      fc.oneof(fc.string({ maxLength: 40 }), fc.constantFrom(...NASTY_TEXTS)),
      typeof additionalProperties === 'object' ? validOf(additionalProperties, known, '') : anyJson,
      { maxKeys: 5 },
    )
  const named = Object.fromEntries(entries.map(([name, property]) => [name, validOf(property, known, name)]))
  return fc.record(named, { requiredKeys: required.filter((name) => name in named) })
}

function arrayOf({ prefixItems, items = {}, minItems = 0, maxItems = 4 }: Schema, known: Known) {
  if (prefixItems !== undefined) return fc.tuple(...prefixItems.map((item) => validOf(item, known, '')))
  return fc.array(validOf(items, known, ''), {
    minLength: minItems,
    maxLength: Math.max(minItems, Math.min(maxItems, 4)),
  })
}

function textOf({ format, minLength = 0, maxLength = 200 }: Schema, known: Known) {
  if (format === 'uuid') return fc.oneof(fc.constantFrom(...known.id), fc.uuid())
  if (format === 'email') return fc.emailAddress()
  if (format === 'date')
    return fc.constantFrom('1991-04-17', '2012-11-02', '2000-02-29', '0001-01-01', '9999-12-31')
  const long = Math.min(Math.max(maxLength, minLength), minLength + 200)
  const fitting = NASTY_TEXTS.filter((text) => text.length >= minLength && text.length <= maxLength)
  const free = fc.string({ minLength, maxLength: long, unit: 'grapheme' })
  const texts = fitting.length === 0 ? free : fc.oneof(free, fc.constantFrom(...fitting))
  const marks = (known['*'] ?? []).filter(
    (mark): mark is string =>
      typeof mark === 'string' && mark.length >= minLength && mark.length <= maxLength,
  )
  if (marks.length > 0)
    return fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...marks) }, { weight: 1, arbitrary: texts })
  // The paths of fields are told by their length alone.
  return maxLength === LIMITS.fieldPathLength ? fc.oneof(fc.constantFrom(...FIELD_PATHS), texts) : texts
}

/** One change somewhere inside: `where` chooses the place, `how` what is done there. */
function spoil(value: unknown, where: number, how: number, by: unknown): unknown {
  const isLeaf = typeof value !== 'object' || value === null
  if (isLeaf || (where % 5 === 0 && how < 5))
    return [[value], { value }, `${JSON.stringify(value)}`][how] ?? by
  return Array.isArray(value)
    ? spoilArray(value, where, how, by)
    : spoilObject(value as Readonly<Record<string, unknown>>, where, how, by)
}

function spoilArray(value: readonly unknown[], where: number, how: number, by: unknown): unknown {
  if (value.length === 0 || how === 1) return [...value, by]
  if (how === 2) return [...value, ...value]
  const at = where % value.length
  return how === 0 ? value.toSpliced(at, 1) : value.with(at, spoil(value[at], inside(where), how - 1, by))
}

function spoilObject(
  value: Readonly<Record<string, unknown>>,
  where: number,
  how: number,
  by: unknown,
): unknown {
  const keys = Object.keys(value)
  const key = keys[where % Math.max(1, keys.length)]
  // Without a prototype, so that `__proto__` is a key like any other.
  const copy: Record<string, unknown> = Object.assign(Object.create(null), value)
  if (key === undefined || how === 0) copy[typeof by === 'string' ? by : 'extra'] = by
  else if (how === 1) delete copy[key]
  else if (how === 2) copy[key.toUpperCase()] = copy[key]
  else copy[key] = spoil(copy[key], inside(where), how - 1, by)
  return copy
}

const inside = (where: number) => Math.floor(where / 7)
