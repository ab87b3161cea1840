/** Reads what was answered to one question in one row, in whatever way it is keyed. */
import { type AnswerKey, inRow, optionKey } from './answer-key.ts'
import type { Instance } from './instances.ts'
import { type Answer, type AnswerMap, hasRows, type Item, isMultipleChoice } from './questionnaire.ts'

export const answerAt = (answers: AnswerMap, key: string): Answer | undefined =>
  Object.hasOwn(answers, key) ? answers[key] : undefined

/** An empty text is no answer, nor is a unit that waits for its number. */
export const isAnswered = (answer: Answer | undefined): answer is Answer =>
  answer !== undefined &&
  answer !== null &&
  !(typeof answer === 'string' && answer.trim() === '') &&
  !(typeof answer === 'object' && Object.keys(answer).every((part) => part === 'unit' || part === 'code'))

/**
 * All values given: option tokens of a question with several options (plus the free text of an open one), one value
 * per row of a repeating question, else the one value. Empty for groups and where nothing was answered.
 */
export function valuesOf({ item, row, key, rows }: Instance, answers: AnswerMap): readonly Answer[] {
  if (item.type === 'group' || item.type === 'display') return []
  if (hasRows(item)) return rows.map((each) => answerAt(answers, each)).filter(isAnswered)
  const single = answerAt(answers, key)
  if (!isMultipleChoice(item)) return isAnswered(single) ? [single] : []
  const chosen: Answer[] = item.options
    .map((option) => option.token)
    .filter((token) => answerAt(answers, inRow(row, optionKey(item.linkId, token))) === true)
  return item.type === 'open-choice' && isAnswered(single) ? [...chosen, single] : chosen
}

/** Several options are keyed by option (an open one has its free text beside), rows by row, all else plainly. */
export function fitsKey(item: Item, { option, rowId }: AnswerKey): boolean {
  if (item.type === 'display') return false
  if (hasRows(item)) return rowId !== undefined
  if (rowId !== undefined || item.type === 'group') return false
  if (isMultipleChoice(item)) return option !== undefined || item.type === 'open-choice'
  return option === undefined
}
