/** An answer as a person reads it. Pure; the words for yes, no and "no answer" come from the caller's language. */
import type { AnswerValue } from '../../shared/domains/forms/schema.ts'
import { valuesOf } from '../../shared/questionnaire/answer-values.ts'
import type { AnswerMap, Item } from '../../shared/questionnaire/questionnaire.ts'
import { calendarDay } from './calendar-day.ts'
import type { QuestionNode } from './form-outline.ts'

export interface AnswerWords {
  readonly locale: string
  readonly yes: string
  readonly no: string
  readonly none: string
}

/** One stored value of a question. */
export function valueText(item: Item, value: AnswerValue | null | undefined, words: AnswerWords): string {
  if (value === null || value === undefined || value === '') return words.none
  if (typeof value === 'boolean') return value ? words.yes : words.no
  if (typeof value === 'number') {
    const number = new Intl.NumberFormat(words.locale, {
      useGrouping: false,
      maximumFractionDigits: 10,
    }).format(value)
    return item.unit?.display ? `${number} ${item.unit.display}` : number
  }
  if (typeof value === 'object') {
    // A date that is not complete yet, or an amount with its unit: the parts as they were typed.
    const parts = [value.month, value.day, value.year, value.value, value.unit]
    return parts.filter((part) => part !== undefined && part !== null && part !== '').join(' ') || words.none
  }
  const option = item.options.find(({ token }) => token === value)
  if (option) return option.label
  return item.type === 'date' ? calendarDay(words.locale, value) : value
}

/** The answer of a visible question; several answers one per line. */
export const answerText = (node: QuestionNode, answers: AnswerMap, words: AnswerWords): string =>
  valuesOf(node.instance, answers)
    .map((value) => valueText(node.item, value, words))
    .join('\n') || words.none
