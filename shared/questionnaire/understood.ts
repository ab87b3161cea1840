/**
 * Whether all that a response from elsewhere says came through when it was read: nothing of it is dropped unseen. Pure.
 */
import type { Json, JsonObject } from '../kernel/json.ts'
import { parseAnswerKey } from './answer-key.ts'
import { type AnswerMap, isQuestion, type Questionnaire } from './questionnaire.ts'
import { toQuestionnaireResponse } from './response.ts'

/** As many answers were understood as there are; those that the form calculates are the server's alone. */
export function isUnderstood(form: Questionnaire, response: JsonObject, answers: AnswerMap): boolean {
  const given = countAnswers(form, response.item)
  const read = countAnswers(form, toQuestionnaireResponse(form, answers).item)
  return given !== null && (read === given || hasSkipped(form, answers, given))
}

/** Answers to what is not asked are refused where the submission is checked, by name. */
const hasSkipped = (form: Questionnaire, answers: AnswerMap, given: number): boolean =>
  Object.keys(answers).filter((key) => isGivenAnswer(form, key)).length >= given

/** The row of a group is none, however many there are. */
function isGivenAnswer({ byLinkId }: Questionnaire, key: string): boolean {
  const item = byLinkId.get(parseAnswerKey(key)?.linkId ?? '')
  return item !== undefined && isQuestion(item) && !item.calculated
}

const isObject = (value: Json): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const listOf = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : [])

/** Null: there is a question that the form does not have. Bounded by the size of a request. */
function countAnswers(form: Questionnaire, items: Json | undefined): number | null {
  let count = 0
  const stack = [...listOf(items)]
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    const item = isObject(node) ? form.byLinkId.get(String(node.linkId)) : undefined
    if (!isObject(node) || item === undefined) return null
    const given = listOf(node.answer)
    const sound = given.filter(isObject)
    if (sound.length < given.length) return null
    const values = sound.filter((entry) => Object.keys(entry).some((name) => name.startsWith('value')))
    if (!item.calculated) count += values.length
    stack.push(...listOf(node.item), ...sound.flatMap((entry) => listOf(entry.item)))
  }
  return count
}
