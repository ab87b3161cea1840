/** The answers a new draft starts with: what the form itself prefills, by values or by expressions. Pure. */

import type { Answer, AnswerMap, Questionnaire } from './questionnaire.ts'
import { storedAs } from './response.ts'

/** Rows start empty: their initial values are for the client's device, when it adds one. */
export function initialAnswers(questionnaire: Questionnaire): AnswerMap {
  return questionnaire.program?.initialAnswers(questionnaire) ?? initialValues(questionnaire)
}

export function initialValues(questionnaire: Questionnaire): AnswerMap {
  const answers: Record<string, Answer> = {}
  for (const item of questionnaire.order) {
    const rows = item.repeats && item.options.length === 0
    if (item.inRows.length > 0 || item.initial.length === 0 || rows) continue
    Object.assign(answers, storedAs(item, '', item.initial))
  }
  return answers
}
