/**
 * What a form says and nobody could ever fulfil: limits that exclude each other or are of another kind than the answer,
 * a signature where none can be put. Asked once, before a version is published; one that was published before is
 * filled as ever. Pure.
 */
import type { Json, JsonObject } from '../kernel/json.ts'
import { checkValue } from './check-value.ts'
import { isDate, isDateTime, isTime } from './dates.ts'
import type { Answer, Condition, Item, Option, Problem, Questionnaire, Unit } from './questionnaire.ts'
import { beyondLimit } from './ranges.ts'
import { isSameUnit, offeredUnits, unitNamed } from './units.ts'

/** Fewer bytes than any picture or paper has. Older editions of the standard counted megabytes here. */
const SMALLEST_LIMIT = 1024
const SIGNATURE = 'questionnaire-signatureRequired'

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const objectsIn = (value: Json | undefined): readonly (readonly [JsonObject, number])[] =>
  Array.isArray(value) ? value.flatMap((each, index) => (isObject(each) ? [[each, index] as const] : [])) : []
const hasExtension = (node: JsonObject, name: string): boolean =>
  objectsIn(node.extension).some(([{ url }]) => url === `http://hl7.org/fhir/StructureDefinition/${name}`)

export function contradictions(form: Questionnaire): readonly Problem[] {
  const found: Problem[] = []
  if (hasExtension(form.source, SIGNATURE))
    found.push({
      code: 'unsupported_signature',
      path: 'extension',
      message: 'A signature is asked for by a string question, not by the form as a whole.',
    })
  // The depth of the form is bounded: it was parsed.
  const visit = (node: JsonObject, path: string) => {
    for (const [child, index] of objectsIn(node.item)) {
      const place = path === '' ? `item[${index}]` : `${path}.item[${index}]`
      const item = form.byLinkId.get(String(child.linkId))
      // Help below a question is no item of its own.
      if (item)
        found.push(
          ...problemsOf(form, item, child).map(([code, message]) => ({ code, path: place, message })),
        )
      visit(child, place)
    }
  }
  visit(form.source, '')
  return found
}

type Found = readonly (readonly [code: string, message: string])[]

const problemsOf = (form: Questionnaire, item: Item, node: JsonObject): Found => [
  ...conditionProblems(form, item),
  ...optionProblems(item),
  ...unitProblems(item),
  ...limitProblems(item, node),
  ...countProblems(item),
  ...initialProblems(item),
  ...signatureProblems(item),
  ...(item.maxSize !== undefined && item.maxSize < SMALLEST_LIMIT
    ? [['impossible_limit', `maxSize counts bytes: no file has only ${item.maxSize}.`] as const]
    : []),
]

/** What waits for an option or a unit that is none is never asked, and nobody sees that it is missing. */
const conditionProblems = ({ byLinkId }: Questionnaire, { enableWhen }: Item): Found =>
  enableWhen.flatMap((condition) => {
    const asked = byLinkId.get(condition.question)
    const strange = asked && (strangeOption(asked, condition) ?? strangeUnit(asked, condition))
    return strange === undefined
      ? []
      : [['wrong_condition', `${strange} of ${condition.question}, which the condition asks for.`] as const]
  })

function strangeOption({ type, options }: Item, { operator, answer }: Condition): string | undefined {
  const isClosed = type === 'choice' && options.length > 0
  if (!isClosed || operator === 'exists' || options.some(({ token }) => token === String(answer)))
    return undefined
  return `“${answer}” is no option`
}

function strangeUnit(asked: Item, { unit }: Condition): string | undefined {
  const offered = offeredUnits(asked)
  if (unit === undefined || offered.some((each) => isSameUnit(each, unit))) return undefined
  // What the form itself puts there brings its unit along.
  const isGiven = asked.calculated || asked.initialExpression !== undefined || asked.initial.length > 0
  return offered.length === 0 && isGiven ? undefined : `“${unit.display ?? unit.code}” is no unit`
}

const LITERALS: Partial<Record<Item['type'], Option['literal']>> = {
  string: 'String',
  integer: 'Integer',
  date: 'Date',
  time: 'Time',
}
const isLiteral: Partial<Record<NonNullable<Option['literal']>, (text: string) => boolean>> = {
  Date: isDate,
  Time: isTime,
}

/** An option that is no value of its question could be chosen, and never be handed in. */
function optionProblems({ type, options }: Item): Found {
  const wanted = LITERALS[type]
  const wrong = options.find(
    ({ literal, token }) =>
      (wanted !== undefined && literal !== wanted) || (literal && isLiteral[literal]?.(token) === false),
  )
  return wrong === undefined
    ? []
    : [['wrong_option', `“${wrong.token}” is no value of this ${type} question.`]]
}

/** An answer names its unit by code or words: with two that are called the same, nobody knows which is meant. */
function unitProblems(item: Item): Found {
  const { type, unit, units } = item
  if (units.length > 0 && type !== 'quantity')
    return [['wrong_unit', `An answer of a ${type} question has no unit to choose: only a quantity has.`]]
  const names = offeredUnits(item).map(namesOf)
  if (names.some((each) => each.length === 0)) return [['wrong_unit', 'A unit needs a code or a display.']]
  const all = names.flat()
  const twice = all.find((name, index) => all.indexOf(name) < index)
  if (twice !== undefined) return [['wrong_unit', `Two units are called “${twice}”.`]]
  const isForeign = unit !== undefined && units.length > 0 && !units.some((each) => isSameUnit(each, unit))
  return isForeign ? [['wrong_unit', `“${unit.label}” is none of the units to choose from.`]] : []
}

const namesOf = ({ code, display }: Unit): readonly string[] => [
  ...new Set([code, display].filter((name) => name !== undefined)),
]

const isNumber = (value: unknown) => typeof value === 'number'
const BOUNDS: Partial<Record<Item['type'], (bound: number | string) => boolean>> = {
  integer: isNumber,
  decimal: isNumber,
  quantity: isNumber,
  date: (bound) => typeof bound === 'string' && isDate(bound),
  dateTime: (bound) => typeof bound === 'string' && isDateTime(bound),
  time: (bound) => typeof bound === 'string' && isTime(bound),
}

function limitProblems(item: Item, node: JsonObject): Found {
  const fits = BOUNDS[item.type]
  if (fits === undefined) return []
  const { min, max } = item
  const wrong = (
    [
      ['minValue', min],
      ['maxValue', max],
    ] as const
  ).filter(([name, bound]) => hasExtension(node, name) && (bound === undefined || !fits(bound)))
  if (wrong.length > 0)
    return wrong.map(([name]) => ['wrong_limit', `The ${name} is no value of this ${item.type} question.`])
  return min !== undefined && max !== undefined && beyondLimit(item, min) !== null
    ? [['impossible_limit', `No answer lies between ${min} and ${max}.`]]
    : []
}

function countProblems({ minLength, maxLength, minOccurs, maxOccurs, repeats }: Item): Found {
  const problems: [string, string][] = []
  if (maxLength !== undefined && maxLength < Math.max(1, minLength ?? 0))
    problems.push(['impossible_limit', `No answer has at most ${maxLength} characters here.`])
  if (repeats && maxOccurs !== undefined && maxOccurs < Math.max(1, minOccurs ?? 0))
    problems.push(['impossible_limit', `Nobody can give at most ${maxOccurs} answers here.`])
  return problems
}

function initialProblems(item: Item): Found {
  if (item.initial.length > 1 && !item.repeats)
    return [['wrong_initial', 'A question with one answer starts with one at most.']]
  if (item.type === 'choice' && item.initial.some((value) => checkValue(item, value) !== null))
    return [['wrong_initial', 'What this question starts with is none of its options.']]
  return item.type === 'quantity' && item.initial.some((value) => isInForeignUnit(item, value))
    ? [['wrong_initial', 'What this question starts with is in no unit that it offers.']]
    : []
}

function isInForeignUnit(item: Item, value: Answer): boolean {
  const offered = offeredUnits(item)
  const named = typeof value === 'object' ? (value.code ?? value.unit) : undefined
  return offered.length > 0 && named !== undefined && unitNamed(offered, named) === undefined
}

const signatureProblems = ({ signature, type, options, repeats }: Item): Found =>
  signature && (!['string', 'text'].includes(type) || options.length > 0 || repeats)
    ? [['unsupported_signature', 'A signature is asked for by a string question with one answer.']]
    : []
