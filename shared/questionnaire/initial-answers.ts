/** The answers a new draft starts with: what the form itself prefills. Pure. */
import { itemKey, optionKey } from './answer-key.ts'
import { type Answer, type AnswerMap, isMultipleChoice, type Questionnaire } from './questionnaire.ts'

/** Rows start empty: their initial values are for the client's device, when it adds one. */
export function initialAnswers(questionnaire: Questionnaire): AnswerMap {
  const answers: Record<string, Answer> = {}
  for (const item of questionnaire.order) {
    if (item.inRows.length > 0 || item.initial.length === 0) continue
    if (isMultipleChoice(item))
      for (const token of item.initial) answers[optionKey(item.linkId, String(token))] = true
    else if (!item.repeats && item.initial[0] !== undefined) answers[itemKey(item.linkId)] = item.initial[0]
  }
  return answers
}
