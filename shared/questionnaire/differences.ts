/**
 * What is different between two versions of a form: for who moves a draft from one to the other, question by question
 * and in the language they read; for who publishes one, in every language, with the form's own words and its scores. Pure.
 */
import { inRow, itemKey, parseAnswerKey, rowOf } from './answer-key.ts'
import { fitsKey } from './answer-values.ts'
import { languagesOf } from './languages.ts'
import { movedAmong } from './moved.ts'
import { parseQuestionnaire } from './parse.ts'
import { type AnswerMap, type Item, isQuestion, type Questionnaire, type ScoreRule } from './questionnaire.ts'

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
  /** Of a score: its name. Of the form itself: nothing. */
  readonly linkId: string
  /** As the newer version says it; as the older one did where it is gone. */
  readonly text: string
  readonly kind: 'added' | 'removed' | 'changed'
  /** Of a changed one. */
  readonly parts: readonly ChangedPart[]
  /** Where it is the same in the form's own language: the tags of those in which it is not. */
  readonly languages: readonly string[]
  readonly before?: string
}

/** Something as both versions have it, read in one language; undefined: the form's own. */
interface Pair<T> {
  readonly language: string | undefined
  readonly before: T
  readonly after: T
}
type Parts<T> = Partial<Record<ChangedPart, (of: T) => unknown>>

const PARTS: Parts<Item> = {
  text: ({ text, prefix, hint }) => [text, prefix, hint],
  type: ({ type, control, unit, units, signature, autocomplete, codes }) => [
    ...[type, control, unit, units, signature, autocomplete],
    codes.map(({ system, code }) => [system, code]),
  ],
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
const FORM_PARTS: Parts<Questionnaire> = {
  text: ({ title, description, purpose, copyright }) => [title, description, purpose, copyright],
  limits: ({ constraints }) => constraints.map(({ text, human }) => [text, human]),
  calculation: ({ variables }) => variables.map(({ name, text }) => [name, text]),
}
const SCORE_PARTS: Parts<ScoreRule> = { score: (rule) => rule }

function changes<T>(
  pairs: readonly Pair<T>[],
  parts: Parts<T>,
): Pick<Difference, 'parts' | 'languages'> | null {
  const found = pairs.map(({ language, before, after }) => ({
    language,
    parts: (Object.keys(parts) as ChangedPart[]).filter(
      (name) => JSON.stringify(parts[name]?.(before)) !== JSON.stringify(parts[name]?.(after)),
    ),
  }))
  const changed = found.filter((each) => each.parts.length > 0)
  if (changed.length === 0) return null
  const isOwn = changed.some(({ language }) => language === undefined)
  return {
    parts: [...new Set(changed.flatMap((each) => each.parts))],
    languages: isOwn ? [] : changed.flatMap(({ language }) => language ?? []),
  }
}

/** One and the same thing out of every reading. */
const outOf = <T>(
  forms: readonly Pair<Questionnaire>[],
  before: (form: Questionnaire) => T | undefined,
  after: (form: Questionnaire) => T | undefined = before,
): readonly Pair<T>[] =>
  forms.flatMap((pair) => {
    const [was, is] = [before(pair.before), after(pair.after)]
    return was === undefined || is === undefined ? [] : [{ language: pair.language, before: was, after: is }]
  })

function inOrder({ items }: Questionnaire): readonly Item[] {
  const found: Item[] = []
  const stack = items.toReversed()
  for (let item = stack.pop(); item; item = stack.pop()) {
    found.push(item)
    stack.push(...item.items.toReversed())
  }
  return found
}

const NOTHING = { parts: [], languages: [] } as const

/** linkIds of what stands elsewhere among its neighbours, where neither version has it under another parent. */
function movedItems(before: Questionnaire, after: Questionnaire): ReadonlySet<string> {
  const names = (items: readonly Item[]) => items.map(({ linkId }) => linkId)
  const below = inOrder(after).flatMap(({ linkId, items }) => {
    const old = before.byLinkId.get(linkId)
    return old ? [...movedAmong(names(old.items), names(items))] : []
  })
  return new Set([...movedAmong(names(before.items), names(after.items)), ...below])
}

/** A place is the same in all languages: what is said in one of them does not stand apart any more. */
const withPlace = (
  found: Pick<Difference, 'parts' | 'languages'> | null,
): Pick<Difference, 'parts' | 'languages'> => ({
  parts: [...new Set<ChangedPart>([...(found?.parts ?? []), 'place'])],
  languages: [],
})

/** In the order of the newer form; what is gone comes last. */
function questionDifferences(
  before: Questionnaire,
  after: Questionnaire,
  readings: readonly Pair<Questionnaire>[],
): readonly Difference[] {
  const moved = movedItems(before, after)
  const now = inOrder(after).flatMap(({ linkId, text }): readonly Difference[] => {
    const old = before.byLinkId.get(linkId)
    if (old === undefined) return [{ linkId, text, kind: 'added', ...NOTHING }]
    const found = changes(
      outOf(readings, ({ byLinkId }) => byLinkId.get(linkId)),
      PARTS,
    )
    const all = moved.has(linkId) ? withPlace(found) : found
    return all ? [{ linkId, text, kind: 'changed', ...all, before: old.text }] : []
  })
  const gone = inOrder(before)
    .filter(({ linkId }) => !after.byLinkId.has(linkId))
    .map(({ linkId, text }): Difference => ({ linkId, text, kind: 'removed', ...NOTHING }))
  return [...now, ...gone]
}

/** Of the questions, as the two were read: for who fills the form. */
export const differences = (before: Questionnaire, after: Questionnaire): readonly Difference[] =>
  questionDifferences(before, after, [{ language: undefined, before, after }])

/** Of everything that one of the two says in any language: for who publishes the form. */
export function versionDifferences(before: Questionnaire, after: Questionnaire): readonly Difference[] {
  const tags = new Set([...languagesOf(before.source), ...languagesOf(after.source)])
  const readings = [undefined, ...tags].map((language) => ({
    language,
    before: readIn(before, language),
    after: readIn(after, language),
  }))
  const ofForm = changes(readings, FORM_PARTS)
  return [
    ...(ofForm
      ? [{ linkId: '', text: after.title, kind: 'changed' as const, ...ofForm, before: before.title }]
      : []),
    ...questionDifferences(before, after, readings),
    ...scoreDifferences(before, after, readings),
  ]
}

/** A translation may be too long where the words themselves are not. */
function readIn(form: Questionnaire, language: string | undefined): Questionnaire {
  const read = parseQuestionnaire(form.source, { language })
  return read.ok ? read.value : form
}

/** What they add up, and their bands; the names are words too, so that a score is found by its place in its form. */
function scoreDifferences(
  before: Questionnaire,
  after: Questionnaire,
  readings: readonly Pair<Questionnaire>[],
): readonly Difference[] {
  const [old, now] = [before, after].map(({ scores }) => scores.map(({ name }) => name))
  return [...new Set([...(now ?? []), ...(old ?? [])])].flatMap((name): readonly Difference[] => {
    const [was, is] = [old?.indexOf(name) ?? -1, now?.indexOf(name) ?? -1]
    const score = { linkId: name, text: name }
    if (was < 0) return [{ ...score, kind: 'added', ...NOTHING }]
    if (is < 0) return [{ ...score, kind: 'removed', ...NOTHING }]
    const found = changes(
      outOf(
        readings,
        ({ scores }) => scores[was],
        ({ scores }) => scores[is],
      ),
      SCORE_PARTS,
    )
    return found ? [{ ...score, kind: 'changed', ...found }] : []
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
