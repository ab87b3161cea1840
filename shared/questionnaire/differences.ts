/**
 * What is different between two versions of a form, question by question: for who publishes one, and for who moves a
 * draft from one to the other. Pure.
 */
import { parseAnswerKey } from './answer-key.ts'
import { fitsKey } from './answer-values.ts'
import type { AnswerMap, Item, Questionnaire } from './questionnaire.ts'

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

export interface Difference {
  readonly linkId: string
  /** As the newer version says it; as the older one did where it is gone. */
  readonly text: string
  readonly kind: 'added' | 'removed' | 'changed'
  /** Of a changed one. */
  readonly parts: readonly ChangedPart[]
  readonly before?: string
}

const PARTS: Record<ChangedPart, (item: Item) => unknown> = {
  text: ({ text, prefix, hint }) => [text, prefix, hint],
  type: ({ type, control, unit, units }) => [type, control, unit, units],
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
    item.constraints.map(({ text, human }) => [text, human]),
  ],
  calculation: ({ calculation, initialExpression, initial, flags }) => [
    calculation?.text,
    initialExpression?.text,
    initial,
    flags,
  ],
  place: ({ parent }) => parent,
}
const NAMES = Object.keys(PARTS) as ChangedPart[]

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

/** Keys of answers that the form has no question for: they were given to another version of it. */
export function homelessAnswers({ byLinkId }: Questionnaire, answers: AnswerMap): readonly string[] {
  return Object.keys(answers).filter((key) => {
    const parsed = parseAnswerKey(key)
    const item = parsed && byLinkId.get(parsed.linkId)
    return !parsed || !item || !fitsKey(item, parsed)
  })
}
