/** The answers a new draft starts with: what the form itself prefills, by values or by expressions. Pure. */

import { inRow, rowKey } from './answer-key.ts'
import {
  type Answer,
  type AnswerMap,
  hasRows,
  type Item,
  isQuestion,
  type Questionnaire,
} from './questionnaire.ts'
import { rowId, storedAs } from './response.ts'

/** Rows are made by who fills the form: see `rowInitialValues`. */
export function initialAnswers(questionnaire: Questionnaire): AnswerMap {
  return questionnaire.program?.initialAnswers(questionnaire) ?? initialValues(questionnaire)
}

export function initialValues(questionnaire: Questionnaire): AnswerMap {
  const answers: Record<string, Answer> = {}
  for (const item of questionnaire.order) {
    if (item.inRows.length > 0) continue
    Object.assign(answers, hasRows(item) ? valueRows(item, '') : storedAs(item, '', item.initial))
  }
  return answers
}

/** What the questions of a new row of `group` start with. */
export function rowInitialValues(group: Item, row: string): AnswerMap {
  const answers: Record<string, Answer> = {}
  const queue = [...group.items]
  for (let item = queue.shift(); item; item = queue.shift()) {
    if (hasRows(item)) {
      if (isQuestion(item)) Object.assign(answers, valueRows(item, row))
      continue
    }
    Object.assign(answers, storedAs(item, row, item.initial))
    queue.push(...item.items)
  }
  return answers
}

/** Of a question that repeats: each value in a row of its own. */
const valueRows = (item: Item, row: string): AnswerMap =>
  isQuestion(item) && hasRows(item)
    ? Object.fromEntries(
        item.initial.map((value, index) => [inRow(row, rowKey(item.linkId, rowId(index + 1))), value]),
      )
    : {}
