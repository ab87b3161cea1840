/**
 * What this device knows already for questions of a new form: from the client's own details, and from forms that were
 * handed in before. Nothing is filled in by itself: each is offered, and the client says whether it still holds. Not
 * offered: what is measured anew each time (scores, flags), what is agreed to, and signatures. Pure.
 */
import type { Answers, Submission } from '../../../shared/domains/forms/schema.ts'
import type { Profile } from '../../../shared/domains/profile/schema.ts'
import { inRow, itemKey, parseAnswerKey } from '../../../shared/questionnaire/answer-key.ts'
import { isAnswered, valuesOf } from '../../../shared/questionnaire/answer-values.ts'
import { checkValue } from '../../../shared/questionnaire/check-value.ts'
import { readRows } from '../../../shared/questionnaire/instances.ts'
import {
  type Answer,
  type AnswerMap,
  hasRows,
  type Item,
  isQuestion,
  type Questionnaire,
} from '../../../shared/questionnaire/questionnaire.ts'

export interface Suggestion {
  /** What is answered when it is taken, by key: one answer, several options, or all rows. */
  readonly answers: Answers
  /** To be shown: a line for each row, with the values in it. */
  readonly lines: readonly (readonly { readonly item: Item; readonly value: Answer }[])[]
  /** When it was handed in, ms; null: it is in the client's own details. */
  readonly at: number | null
}
export interface EarlierForm {
  readonly submission: Pick<Submission, 'answers' | 'submittedAt'>
  readonly questionnaire: Questionnaire
}

const DETAILS: Readonly<Record<string, (profile: Profile) => string | undefined>> = {
  name: ({ name }) => name,
  nickname: ({ preferredName }) => preferredName,
  bday: ({ dateOfBirth }) => dateOfBirth,
  email: ({ email }) => email,
  tel: ({ phone }) => phone,
}

/** Questions below it, itself where it is one. The depth of a form is bounded where it is read. */
const questionsOf = (item: Item): readonly Item[] => [
  ...(isQuestion(item) ? [item] : []),
  ...item.items.flatMap(questionsOf),
]

const isAskedAgain = (item: Item, scored: ReadonlySet<string>): boolean =>
  !item.hidden &&
  !item.readOnly &&
  !item.calculated &&
  !item.signature &&
  item.type !== 'attachment' &&
  item.options.length !== 1 &&
  item.flags.length === 0 &&
  !scored.has(item.linkId)

/** A question, or a group with rows: all of it is offered, or nothing. Lists within rows are not. */
function isOffered(item: Item, scored: ReadonlySet<string>): boolean {
  if (item.inRows.length > 0 || (isQuestion(item) ? hasRows(item) && item.items.length > 0 : !hasRows(item)))
    return false
  const inside = isQuestion(item) ? [item] : questionsOf(item)
  return inside.every((each) => isAskedAgain(each, scored) && (each === item || !hasRows(each)))
}

/** The same question: under the same id, of the same kind, in the same words. */
const isSame = (item: Item, other: Item | undefined): boolean =>
  other !== undefined &&
  other.type === item.type &&
  other.text === item.text &&
  other.repeats === item.repeats

/** What was answered to the item and in its rows; undefined where nothing was, or where it would not be valid now. */
function answersTo(
  item: Item,
  form: Questionnaire,
  { submission, questionnaire }: EarlierForm,
): Answers | undefined {
  const found: [string, Answers[string]][] = []
  for (const [key, value] of Object.entries(submission.answers)) {
    const parsed = parseAnswerKey(key)
    if (parsed === null || (parsed.rows[0]?.linkId ?? parsed.linkId) !== item.linkId || !isAnswered(value))
      continue
    const asked = form.byLinkId.get(parsed.linkId)
    if (asked === undefined || !isSame(asked, questionnaire.byLinkId.get(parsed.linkId))) return undefined
    const isSound =
      parsed.option === undefined
        ? asked.type === 'group' || checkValue(asked, value) === null
        : value === true && asked.options.some(({ token }) => token === parsed.option)
    if (!isSound) return undefined
    found.push([key, value])
  }
  return found.length > 0 ? Object.fromEntries(found) : undefined
}

function linesOf(item: Item, form: Questionnaire, answers: AnswerMap): Suggestion['lines'] {
  const key = itemKey(item.linkId)
  const rows = hasRows(item) ? (readRows(form, answers).get(key) ?? []) : []
  const line = (each: Item, row: string, at: readonly string[] = []) =>
    valuesOf({ item: each, row, key: inRow(row, itemKey(each.linkId)), rows: at }, answers).map((value) => ({
      item: each,
      value,
    }))
  if (item.type === 'group') return rows.map((row) => questionsOf(item).flatMap((each) => line(each, row)))
  return hasRows(item) ? rows.map((row) => line(item, '', [row])) : [line(item, '')]
}

/** By linkId. `earlier` comes newest first. */
export function suggestionsFor(
  questionnaire: Questionnaire,
  earlier: readonly EarlierForm[],
  profile: Profile | null,
): ReadonlyMap<string, Suggestion> {
  const scored = new Set(questionnaire.scores.flatMap(({ items }) => items))
  const found = new Map<string, Suggestion>()
  const offer = (item: Item, answers: Answers | undefined, at: number | null) => {
    if (found.has(item.linkId) || answers === undefined) return
    const lines = linesOf(item, questionnaire, answers).filter((line) => line.length > 0)
    const { maxOccurs = lines.length } = item
    if (lines.length > 0 && lines.length <= maxOccurs) found.set(item.linkId, { answers, lines, at })
  }
  for (const item of questionnaire.byLinkId.values()) {
    if (!isOffered(item, scored)) continue
    for (const each of earlier)
      if (isSame(item, each.questionnaire.byLinkId.get(item.linkId)))
        offer(item, answersTo(item, questionnaire, each), each.submission.submittedAt)
    const detail = item.autocomplete === undefined ? undefined : DETAILS[item.autocomplete]
    const known = profile && detail?.(profile)
    if (known && checkValue(item, known) === null) offer(item, { [itemKey(item.linkId)]: known }, null)
  }
  return found
}
