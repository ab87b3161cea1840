/**
 * Checks answers against their form: only what is asked counts. Gives codes and parameters, never sentences: the
 * client words them in the reader's language. Client and server run the same check. Pure.
 */
import { inRow, itemKey, optionKey, parseAnswerKey, rowOf } from './answer-key.ts'
import { isAnswered, valuesOf } from './answer-values.ts'
import { checkValue, type ValueProblem } from './check-value.ts'
import { enabledItems } from './enable.ts'
import { type Instance, MAX_ROWS } from './instances.ts'
import {
  type AnswerMap,
  hasRows,
  type Item,
  isMultipleChoice,
  isQuestion,
  type Questionnaire,
} from './questionnaire.ts'

export type AnswerProblemCode =
  | ValueProblem['code']
  /** Not answered. */
  | 'required'
  /** Fewer or more answers or rows than `min` or `max`. */
  | 'too_few'
  | 'too_many'
  /** An option that excludes all others stands beside another. */
  | 'exclusive_option'
  /** The form has no such question, or does not ask it with these answers. */
  | 'unknown_question'
  | 'not_asked'

export interface AnswerProblem {
  /** Key of the answer, or of the question where nothing was answered. */
  readonly key: string
  readonly linkId: string
  readonly code: AnswerProblemCode
  readonly params: { readonly [name: string]: string | number }
}

export interface ValidationOptions {
  /** Today where the client is (`YYYY-MM-DD`), for dates that cannot lie in the future. Without it they may. */
  readonly today?: string
}

/** In the order of the form; answers that no question asks for come last. An empty list: can be submitted. */
export function validateAnswers(
  questionnaire: Questionnaire,
  answers: AnswerMap,
  options: ValidationOptions = {},
): readonly AnswerProblem[] {
  const enabled = enabledItems(questionnaire, answers)
  const asked = enabled.list.filter(({ item }) => !item.hidden && !item.calculated)
  return [
    ...asked.flatMap((instance) => checkPresence(instance, answers)),
    ...checkEntries(questionnaire, answers, enabled.has, options),
  ].sort(byOrder(questionnaire, enabled.list))
}

function checkPresence(instance: Instance, answers: AnswerMap): readonly AnswerProblem[] {
  const { item, key } = instance
  if (item.type === 'display' || item.readOnly) return []
  const problem = (code: AnswerProblemCode, params: AnswerProblem['params'] = {}): AnswerProblem[] => [
    { key, linkId: item.linkId, code, params },
  ]
  if (!isQuestion(item) && !hasRows(item)) return []
  const count = isQuestion(item) ? valuesOf(instance, answers).length : instance.rows.length
  const least = Math.max(item.required ? 1 : 0, item.required ? (item.minOccurs ?? 0) : 0)
  if (count === 0) return least > 0 ? problem('required') : []
  if (item.repeats && count < (item.minOccurs ?? 0)) return problem('too_few', { min: item.minOccurs ?? 0 })
  const most = Math.min(item.maxOccurs ?? MAX_ROWS, hasRows(item) ? MAX_ROWS : Number.MAX_SAFE_INTEGER)
  if (item.repeats && count > most) return problem('too_many', { max: most })
  const exclusive = chosenOptions(instance, answers).find((option) => option.exclusive)
  return exclusive && count > 1 ? problem('exclusive_option', { option: exclusive.label }) : []
}

const chosenOptions = ({ item, row }: Instance, answers: AnswerMap) =>
  isMultipleChoice(item)
    ? item.options.filter((option) => answers[inRow(row, optionKey(item.linkId, option.token))] === true)
    : []

/** Every answer there is: known, asked, and of the right kind. */
function checkEntries(
  { byLinkId }: Questionnaire,
  answers: AnswerMap,
  asked: (key: string) => boolean,
  options: ValidationOptions,
): readonly AnswerProblem[] {
  return Object.entries(answers).flatMap(([key, value]): readonly AnswerProblem[] => {
    const parsed = parseAnswerKey(key)
    const item = parsed && byLinkId.get(parsed.linkId)
    if (!parsed || !item || item.type === 'display')
      return [{ key, linkId: parsed?.linkId ?? '', code: 'unknown_question', params: {} }]
    const found = (
      code: AnswerProblemCode,
      params: AnswerProblem['params'] = {},
    ): readonly AnswerProblem[] => [{ key, linkId: item.linkId, code, params }]
    if (!asked(inRow(rowOf(key), itemKey(item.linkId)))) return found('not_asked')
    if (!fitsKey(item, parsed.option !== undefined, parsed.rowId !== undefined))
      return found('unknown_question')
    if (item.type === 'group') return typeof value === 'number' ? [] : found('wrong_type')
    if (parsed.option !== undefined) {
      if (value !== true) return found('wrong_type')
      return item.options.some(({ token }) => token === parsed.option) ? [] : found('not_an_option')
    }
    if (!isAnswered(value)) return []
    const problem = checkValue(item, value, options.today)
    return problem ? found(problem.code, problem.params) : []
  })
}

/** Several options are keyed by option (an open one has its free text beside), rows by row, all else plainly. */
function fitsKey(item: Item, isOption: boolean, isRow: boolean): boolean {
  if (hasRows(item)) return isRow
  if (isRow || item.type === 'group') return false
  if (isMultipleChoice(item)) return isOption || item.type === 'open-choice'
  return !isOption
}

function byOrder(questionnaire: Questionnaire, enabled: readonly Instance[]) {
  const position = new Map(enabled.map(({ key }, index) => [key, index]))
  const last = enabled.length + questionnaire.order.length
  const place = ({ key, linkId }: AnswerProblem) => position.get(inRow(rowOf(key), itemKey(linkId))) ?? last
  return (a: AnswerProblem, b: AnswerProblem) => place(a) - place(b)
}
