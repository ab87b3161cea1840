/**
 * What is different between two versions of a form, question by question: for who publishes one, and for who moves a
 * draft from one to the other. Pure.
 */
import { inRow, itemKey, parseAnswerKey, rowOf } from './answer-key.ts'
import { fitsKey } from './answer-values.ts'
import { type AnswerMap, type Item, isQuestion, type Questionnaire } from './questionnaire.ts'

export type ChangedPart =
  | 'text'
  | 'type'
  | 'required'
  | 'repeats'
  | 'options'
  | 'condition'
  | 'limits'
  | 'calculation'
  | 'place'
  | 'score'

export interface Difference {
  /** Of a score: its name. */
  readonly linkId: string
  /** As the newer version says it; as the older one did where it is gone. */
  readonly text: string
  readonly kind: 'added' | 'removed' | 'changed'
  /** Of a changed one. */
  readonly parts: readonly ChangedPart[]
  readonly before?: string
}

const PARTS: Record<Exclude<ChangedPart, 'score'>, (item: Item) => unknown> = {
  // In all its languages.
  text: ({ text, prefix, hint, statements }) => [text, prefix, hint, statements],
  type: ({ type, control, unit, units, signature }) => [type, control, unit, units, signature],
  required: ({ required, readOnly, hidden }) => [required, readOnly, hidden],
  repeats: ({ repeats, minOccurs, maxOccurs }) => [repeats, minOccurs, maxOccurs],
  options: ({ options }) => options,
  condition: ({ enableWhen, enableBehavior, enableExpression }) => [
    enableWhen,
    enableWhen.length > 1 ? enableBehavior : null,
    enableExpression?.text,
  ],
  limits: (item) => [
    item.min,
    item.max,
    item.minLength,
    item.maxLength,
    item.decimalPlaces,
    item.pattern?.source,
    item.mimeTypes,
    item.maxSize,
    item.constraints.map(({ text, human }) => [text, human]),
  ],
  calculation: ({ calculation, initialExpression, initial, flags, variables }) => [
    calculation?.text,
    initialExpression?.text,
    initial,
    flags,
    variables.map(({ name, text }) => [name, text]),
  ],
  place: ({ parent }) => parent,
}
const NAMES = Object.keys(PARTS) as (keyof typeof PARTS)[]

const changedParts = (before: Item, after: Item): readonly ChangedPart[] =>
  NAMES.filter((name) => JSON.stringify(PARTS[name](before)) !== JSON.stringify(PARTS[name](after)))

function inOrder({ items }: Questionnaire): readonly Item[] {
  const found: Item[] = []
  const stack = items.toReversed()
  for (let item = stack.pop(); item; item = stack.pop()) {
    found.push(item)
    stack.push(...item.items.toReversed())
  }
  return found
}

/** In the order of the newer form; what is gone comes last. */
export function differences(before: Questionnaire, after: Questionnaire): readonly Difference[] {
  const now = inOrder(after).flatMap((item): readonly Difference[] => {
    const { linkId, text } = item
    const old = before.byLinkId.get(linkId)
    if (old === undefined) return [{ linkId, text, kind: 'added', parts: [] }]
    const parts = changedParts(old, item)
    return parts.length === 0 ? [] : [{ linkId, text, kind: 'changed', parts, before: old.text }]
  })
  const gone = inOrder(before)
    .filter(({ linkId }) => !after.byLinkId.has(linkId))
    .map(({ linkId, text }): Difference => ({ linkId, text, kind: 'removed', parts: [] }))
  return [...now, ...gone]
}

/** Of the scores: what they add up, and their bands. For staff; who fills the form is told no score. */
export function scoreDifferences(before: Questionnaire, after: Questionnaire): readonly Difference[] {
  const [old, now] = [before, after].map(({ scores }) => new Map(scores.map((rule) => [rule.name, rule])))
  return [...new Set([...(now?.keys() ?? []), ...(old?.keys() ?? [])])].flatMap((name) => {
    const [was, is] = [old?.get(name), now?.get(name)]
    if (JSON.stringify(was) === JSON.stringify(is)) return []
    const kind = was === undefined ? 'added' : is === undefined ? 'removed' : 'changed'
    return [{ linkId: name, text: name, kind, parts: kind === 'changed' ? ['score'] : [] } as const]
  })
}

/** How many questions have an answer in it that the form has a home for. */
export function answersThatMove(form: Questionnaire, answers: AnswerMap): number {
  const homeless = new Set(homelessAnswers(form, answers))
  const moved = Object.keys(answers).flatMap((key) => {
    const linkId = homeless.has(key) ? undefined : parseAnswerKey(key)?.linkId
    const item = form.byLinkId.get(linkId ?? '')
    // A row is no answer, and several options are one.
    return item && isQuestion(item) ? [inRow(rowOf(key), itemKey(item.linkId))] : []
  })
  return new Set(moved).size
}

/** Keys of answers that the form has no question for: they were given to another version of it. */
export function homelessAnswers({ byLinkId }: Questionnaire, answers: AnswerMap): readonly string[] {
  return Object.keys(answers).filter((key) => {
    const parsed = parseAnswerKey(key)
    const item = parsed && byLinkId.get(parsed.linkId)
    return !parsed || !item || !fitsKey(item, parsed)
  })
}
