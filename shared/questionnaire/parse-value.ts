/** A FHIR `value[x]` or `answer[x]` as the answer that a question of the form would store. */
import { isDate, isDateTime, isTime } from './dates.ts'
import type { JsonNode } from './json-node.ts'
import type { Answer, Item, Option } from './questionnaire.ts'

type Target = Pick<Item, 'type' | 'options'>

/** The property that carries a value for this type of question. */
const SUFFIXES: Partial<Record<Item['type'], readonly string[]>> = {
  boolean: ['Boolean'],
  decimal: ['Decimal', 'Integer'],
  integer: ['Integer'],
  date: ['Date'],
  dateTime: ['DateTime', 'Date'],
  time: ['Time'],
  string: ['String'],
  text: ['String'],
  url: ['Uri', 'String'],
  choice: ['Coding', 'String', 'Integer', 'Date', 'Time'],
  'open-choice': ['Coding', 'String', 'Integer', 'Date', 'Time'],
  quantity: ['Quantity'],
}

const ALL = [
  'Boolean',
  'Decimal',
  'Integer',
  'Date',
  'DateTime',
  'Time',
  'String',
  'Uri',
  'Coding',
  'Quantity',
]
const OTHERS = ['Attachment', 'Reference']

/** Undefined, with a problem, for a value of the wrong type. */
export function readValue(node: JsonNode, prefix: 'value' | 'answer', target: Target): Answer | undefined {
  const present = [...ALL, ...OTHERS].filter((suffix) => node.has(prefix + suffix))
  const [suffix] = present
  if (suffix === undefined || present.length > 1)
    return node.refuse('wrong_value', `Exactly one ${prefix}[x] is needed.`)
  const name = prefix + suffix
  if (!SUFFIXES[target.type]?.includes(suffix))
    return node.problems.refuse(
      'wrong_value',
      node.at(name),
      `${name} does not fit a ${target.type} question.`,
    )
  if (suffix === 'Coding') return readCodedValue(node, name, target.options)
  if (suffix === 'Quantity') return readQuantity(node.child(name))
  if (suffix === 'Boolean') return node.boolean(name)
  if (suffix === 'Decimal') return node.number(name)
  if (suffix === 'Integer') {
    const whole = node.integer(name)
    return whole !== undefined && target.options.length > 0 && target.type !== 'integer'
      ? String(whole)
      : whole
  }
  return readText(node, name, suffix)
}

function readText(node: JsonNode, name: string, suffix: string): string | undefined {
  const text = node.string(name)
  if (text === undefined) return undefined
  const sound =
    suffix === 'Date'
      ? isDate(text)
      : suffix === 'DateTime'
        ? isDateTime(text)
        : suffix === 'Time'
          ? isTime(text)
          : true
  return sound ? text : node.problems.refuse('wrong_value', node.at(name), `"${text}" is no ${suffix}.`)
}

/** The token of the option that a coding means; a coding that is not listed stays a token of its own. */
function readCodedValue(node: JsonNode, name: string, options: readonly Option[]): string | undefined {
  const coding = node.child(name)
  const code = coding?.string('code', 200)
  const display = coding?.string('display')
  const system = coding?.string('system')
  const token = code ?? display
  if (token === undefined)
    return node.problems.refuse('wrong_value', node.at(name), 'A coding needs a code or a display.')
  const match = options.find(
    (option) =>
      (option.coding?.code ?? option.coding?.display) === token &&
      (system === undefined || option.coding?.system === undefined || option.coding.system === system),
  )
  if (match) return match.token
  // The code of another system is none of these, though it is spelt like one.
  return options.some((option) => option.token === token) ? `${system}|${token}` : token
}

function readQuantity(node: JsonNode | undefined): Answer | undefined {
  const value = node?.number('value')
  if (node === undefined || value === undefined)
    return node?.refuse('wrong_value', 'A quantity needs a value.')
  if (node.problems.publishing && node.has('comparator'))
    return node.refuse('wrong_value', 'A quantity with a comparator is a range, not an amount.')
  const unit = node.string('unit', 100) ?? node.string('code', 100)
  const code = node.string('code', 100)
  return { value, ...(unit ? { unit } : {}), ...(code ? { code } : {}) }
}
