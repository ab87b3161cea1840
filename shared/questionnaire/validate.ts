/**
 * Checks answers against their form: only what is asked counts. Gives codes and parameters, never sentences: the
 * client words them in the reader's language. Client and server run the same check. Pure.
 */
import { type AnswerKey, inRow, itemKey, optionKey, parseAnswerKey, rowOf } from './answer-key.ts'
import { fitsKey, isAnswered, valuesOf } from './answer-values.ts'
import { checkValue, type ValueContext, type ValueProblem } from './check-value.ts'
import { enabledItems } from './enable.ts'
import { type Instance, MAX_ROWS } from './instances.ts'
import {
  type Answer,
  type AnswerMap,
  hasRows,
  type Item,
  isMultipleChoice,
  isQuestion,
  type Questionnaire,
} from './questionnaire.ts'
import { formSigned } from './signature.ts'

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
  /** A rule of the form does not hold; `message` is in its words. */
  | 'constraint'

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
    ...checkConstraints(questionnaire, answers),
  ].sort(byOrder(questionnaire, enabled.list))
}

const checkConstraints = (questionnaire: Questionnaire, answers: AnswerMap): readonly AnswerProblem[] =>
  (questionnaire.program?.brokenConstraints(questionnaire, answers) ?? []).map(({ instance, constraint }) => {
    const place = instance ?? { key: '', item: questionnaire.items[0] }
    return {
      key: place.key || itemKey(place.item?.linkId ?? ''),
      linkId: place.item?.linkId ?? '',
      code: 'constraint' as const,
      params: { message: constraint.human },
    }
  })

function checkPresence(instance: Instance, answers: AnswerMap): readonly AnswerProblem[] {
  const { item, key } = instance
  if (item.type === 'display' || item.readOnly || (item.type === 'group' && !hasRows(item))) return []
  const count = isQuestion(item) ? valuesOf(instance, answers).length : instance.rows.length
  if (count === 0) return item.required ? [{ key, linkId: item.linkId, code: 'required', params: {} }] : []
  const problem = item.repeats ? checkCount(instance, answers, count) : null
  return problem ? [{ key, linkId: item.linkId, ...problem }] : []
}

/** Of an item that repeats, and has `count` answers or rows. */
function checkCount(
  instance: Instance,
  answers: AnswerMap,
  count: number,
): Pick<AnswerProblem, 'code' | 'params'> | null {
  const { minOccurs: min = 0, maxOccurs: max = MAX_ROWS, options } = instance.item
  if (count < min) return { code: 'too_few', params: { min } }
  if (count > max && (max < MAX_ROWS || options.length === 0)) return { code: 'too_many', params: { max } }
  const exclusive = chosenOptions(instance, answers).find((option) => option.exclusive)
  return exclusive && count > 1 ? { code: 'exclusive_option', params: { option: exclusive.label } } : null
}

const chosenOptions = ({ item, row }: Instance, answers: AnswerMap) =>
  isMultipleChoice(item)
    ? item.options.filter((option) => answers[inRow(row, optionKey(item.linkId, option.token))] === true)
    : []

/** Every answer there is: known, asked, and of the right kind. */
function checkEntries(
  questionnaire: Questionnaire,
  answers: AnswerMap,
  asked: (key: string) => boolean,
  options: ValidationOptions,
): readonly AnswerProblem[] {
  const context: ValueContext = { today: options.today, form: formSigned(questionnaire) }
  return Object.entries(answers).flatMap(([key, value]): readonly AnswerProblem[] => {
    const parsed = parseAnswerKey(key)
    const item = parsed && questionnaire.byLinkId.get(parsed.linkId)
    // Calculated again wherever it counts.
    if (item?.calculation && questionnaire.program) return []
    if (!parsed || !item || !fitsKey(item, parsed))
      return [{ key, linkId: parsed?.linkId ?? '', code: 'unknown_question', params: {} }]
    const isAsked = asked(inRow(rowOf(key), itemKey(item.linkId)))
    const problem = isAsked
      ? checkEntry(item, parsed, value, context)
      : { code: 'not_asked' as const, params: {} }
    return problem ? [{ key, linkId: item.linkId, ...problem }] : []
  })
}

function checkEntry(item: Item, { option }: AnswerKey, value: Answer, context: ValueContext) {
  const wrongType = { code: 'wrong_type' as const, params: {} }
  if (item.type === 'group') return typeof value === 'number' ? null : wrongType
  if (option === undefined) return isAnswered(value) ? checkValue(item, value, context) : null
  if (value !== true) return wrongType
  const listed = item.options.some(({ token }) => token === option)
  return listed ? null : { code: 'not_an_option' as const, params: {} }
}

function byOrder(questionnaire: Questionnaire, enabled: readonly Instance[]) {
  const position = new Map(enabled.map(({ key }, index) => [key, index]))
  const last = enabled.length + questionnaire.order.length
  const place = ({ key, linkId }: AnswerProblem) => position.get(inRow(rowOf(key), itemKey(linkId))) ?? last
  return (a: AnswerProblem, b: AnswerProblem) => place(a) - place(b)
}
