/** The values of an expression as answers of its question. What does not fit the question is left out. Pure. */
import type { Json } from '../../kernel/json.ts'
import { MAX_TEXT } from '../check-value.ts'
import { type Instance, MAX_ROWS, newRowKey } from '../instances.ts'
import { type Answer, type AnswerMap, hasRows, type Item } from '../questionnaire.ts'
import { rowId, storedAs } from '../response.ts'
import { fromFhirValue } from '../response-values.ts'

/** Arithmetic on quantities gives text: `4 'mg'`. */
const QUANTITY = /^(-?\d+(?:\.\d+)?) '?([^']*)'?$/

export function calculatedAnswers(instance: Instance, values: readonly unknown[]): AnswerMap {
  const { item, row } = instance
  const answers = values
    .slice(0, MAX_ROWS)
    .map((value) => answerOf(item, value as Json))
    .filter((answer) => answer !== undefined)
  if (!hasRows(item)) return storedAs(item, row, item.repeats ? answers : answers.slice(0, 1))
  return Object.fromEntries(answers.map((answer, index) => [newRowKey(instance, rowId(index + 1)), answer]))
}

function answerOf(item: Item, value: Json): Answer | undefined {
  const quantity = item.type === 'quantity' && typeof value === 'string' ? QUANTITY.exec(value) : null
  const answer = quantity
    ? fromFhirValue(item, { value: Number(quantity[1]), unit: quantity[2] ?? '' })
    : fromFhirValue(item, value)
  if (typeof answer === 'string') return answer === '' || answer.length > MAX_TEXT ? undefined : answer
  return typeof answer === 'number' ? rounded(item, answer) : answer
}

/** Nobody could correct a calculated number that has too many digits. */
const rounded = ({ decimalPlaces }: Item, value: number): number =>
  decimalPlaces === undefined ? value : Number(value.toFixed(Math.min(decimalPlaces, 20)))
