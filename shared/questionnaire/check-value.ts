/** Checks one value against its question: type, range, length, pattern, plausibility of dates. Pure. */
import { checkAttached, largestFile } from './attached-file.ts'
import { isDate, isDateTime, isFullDate, isTime } from './dates.ts'
import { matches } from './pattern.ts'
import type { Answer, Item } from './questionnaire.ts'
import { beyondLimit } from './ranges.ts'
import { checkSignature, isSigned, MAX_NAME } from './signature.ts'
import { offeredUnits, unitNamed } from './units.ts'

export interface ValueProblem {
  readonly code:
    | 'wrong_type'
    | 'not_an_option'
    /** `max` characters; the text has `length`. */
    | 'too_long'
    | 'too_short'
    | 'below_minimum'
    | 'above_maximum'
    | 'not_whole'
    | 'too_many_decimals'
    | 'pattern'
    | 'invalid_date'
    | 'invalid_time'
    | 'invalid_url'
    | 'date_in_future'
    /** Before 1850, after 2200, or a birth more than 130 years ago. */
    | 'date_implausible'
    | 'invalid_unit'
    /** What was signed is not what this version of the form says. */
    | 'signed_other_words'
    /** A file of a kind that the question does not take, or of more than `max` bytes. */
    | 'file_kind'
    | 'file_too_large'
  readonly params: { readonly [name: string]: string | number }
}

/** Characters of a text for which the form sets no limit; the same as the document schema allows. */
export const MAX_TEXT = 20_000

const problem = (code: ValueProblem['code'], params: ValueProblem['params'] = {}): ValueProblem => ({
  code,
  params,
})

export interface ValueContext {
  /** `YYYY-MM-DD` where the client is. */
  readonly today?: string | undefined
  /** The form that a signature stands in (signature.ts). */
  readonly form?: string | undefined
}

/** Null: sound. */
export function checkValue(
  item: Item,
  value: Answer,
  { today, form }: ValueContext = {},
): ValueProblem | null {
  if (isSigned(item) && typeof value === 'object') {
    const trouble = checkSignature(value, item.statements, form)
    return trouble && problem(trouble, trouble === 'too_long' ? { max: MAX_NAME, length: 0 } : {})
  }
  switch (item.type) {
    case 'boolean':
      return typeof value === 'boolean' ? null : problem('wrong_type')
    case 'integer':
    case 'decimal':
      return typeof value === 'number' ? checkNumber(item, value) : problem('wrong_type')
    case 'quantity':
      return checkQuantity(item, value)
    case 'attachment':
      return checkFile(item, value)
    case 'group':
    case 'display':
      return problem('wrong_type')
    default:
      return typeof value === 'string' ? checkText(item, value, today) : problem('wrong_type')
  }
}

function checkFile(item: Item, value: Answer): ValueProblem | null {
  const trouble = checkAttached(item, value)
  return trouble && problem(trouble, trouble === 'file_too_large' ? { max: largestFile(item) } : {})
}

function checkNumber(item: Item, value: number): ValueProblem | null {
  if (!Number.isFinite(value)) return problem('wrong_type')
  if (item.type === 'integer' && !Number.isSafeInteger(value)) return problem('not_whole')
  const places = item.decimalPlaces
  if (places !== undefined && Number(value.toFixed(Math.min(places, 20))) !== value)
    return problem('too_many_decimals', { max: places })
  if (item.type === 'integer' && item.options.length > 0) return checkOption(item, String(value))
  return checkRange(item, value)
}

function checkRange(item: Item, value: number | string): ValueProblem | null {
  const { min = 0, max = 0 } = item
  const beyond = beyondLimit(item, value)
  if (beyond === 'below') return problem('below_minimum', { min })
  return beyond === 'above' ? problem('above_maximum', { max }) : null
}

function checkQuantity(item: Item, value: Answer): ValueProblem | null {
  if (typeof value !== 'object' || typeof value.value !== 'number') return problem('wrong_type')
  return isOffered(item, value.code ?? value.unit) ? checkNumber(item, value.value) : problem('invalid_unit')
}

/** A limit counts in the units that are offered. What nobody may change comes from the form itself, with its own unit. */
function isOffered(item: Item, named: unknown): boolean {
  const offered = offeredUnits(item)
  if (offered.length === 0 || unitNamed(offered, named) !== undefined) return true
  return named === undefined || named === '' ? item.units.length === 0 : item.readOnly
}

const checkOption = (item: Item, token: string): ValueProblem | null =>
  item.options.some((option) => option.token === token) ? null : problem('not_an_option')

function checkText(item: Item, text: string, today: string | undefined): ValueProblem | null {
  const max = Math.min(item.maxLength ?? MAX_TEXT, MAX_TEXT)
  if (text.length > max) return problem('too_long', { max, length: text.length })
  switch (item.type) {
    case 'choice':
      return checkOption(item, text)
    case 'open-choice':
      return null
    case 'date':
    case 'dateTime':
      return item.options.length > 0 ? checkOption(item, text) : checkDate(item, text, today)
    case 'time':
      if (item.options.length > 0) return checkOption(item, text)
      return isTime(text) ? checkRange(item, text) : problem('invalid_time')
    case 'url':
      return isUrl(text) ? null : problem('invalid_url')
    default:
      if (item.options.length > 0) return checkOption(item, text)
      if (text.length < (item.minLength ?? 0)) return problem('too_short', { min: item.minLength ?? 0 })
      return item.pattern && !matches(item.pattern, text) ? problem('pattern') : null
  }
}

/** LOINC 21112-8 is "Birth date". */
export const isBirthDate = (item: Item): boolean =>
  item.type === 'date' && (item.autocomplete === 'bday' || item.codes.some(({ code }) => code === '21112-8'))

function checkDate(item: Item, text: string, today: string | undefined): ValueProblem | null {
  const birth = isBirthDate(item)
  const sound = item.type === 'dateTime' ? isDateTime(text) : birth ? isFullDate(text) : isDate(text)
  if (!sound) return problem('invalid_date')
  const year = Number(text.slice(0, 4))
  if (year < 1850 || year > 2200) return problem('date_implausible')
  if (birth && today !== undefined) {
    if (text > today) return problem('date_in_future')
    if (year < Number(today.slice(0, 4)) - 130) return problem('date_implausible')
  }
  return checkRange(item, text)
}

/** Links are shown to staff: only such as cannot run anything. */
const isUrl = (text: string): boolean => /^(?:https?:\/\/|mailto:|tel:|urn:)\S+$/i.test(text)
