/**
 * What this device knows already for questions of a new form: from the client's own details, and from forms that were
 * handed in before. Nothing is filled in by itself: each is offered, and the client says whether it still holds. Not
 * offered: what is measured anew each time (scores, flags), what is agreed to, and signatures. Pure.
 */
import type { AnswerValue, Submission } from '../../../shared/domains/forms/schema.ts'
import type { Profile } from '../../../shared/domains/profile/schema.ts'
import { isAnswered } from '../../../shared/questionnaire/answer-values.ts'
import { checkValue } from '../../../shared/questionnaire/check-value.ts'
import {
  hasRows,
  type Item,
  isMultipleChoice,
  isQuestion,
  type Questionnaire,
} from '../../../shared/questionnaire/questionnaire.ts'

export interface Suggestion {
  readonly value: AnswerValue
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

function isOffered(item: Item, scored: ReadonlySet<string>): boolean {
  return (
    isQuestion(item) &&
    item.inRows.length === 0 &&
    !hasRows(item) &&
    !isMultipleChoice(item) &&
    !item.hidden &&
    !item.readOnly &&
    !item.calculated &&
    !item.signature &&
    item.type !== 'attachment' &&
    item.options.length !== 1 &&
    item.flags.length === 0 &&
    !scored.has(item.linkId)
  )
}

/** The same question: under the same id, of the same kind, in the same words. */
const isSame = (item: Item, other: Item | undefined): boolean =>
  other !== undefined && other.type === item.type && other.text === item.text && !other.repeats

/** By linkId. `earlier` comes newest first. */
export function suggestionsFor(
  questionnaire: Questionnaire,
  earlier: readonly EarlierForm[],
  profile: Profile | null,
): ReadonlyMap<string, Suggestion> {
  const scored = new Set(questionnaire.scores.flatMap(({ items }) => items))
  const found = new Map<string, Suggestion>()
  const offer = (item: Item, value: AnswerValue | undefined, at: number | null) => {
    if (found.has(item.linkId) || value === undefined || !isAnswered(value)) return
    if (checkValue(item, value) === null) found.set(item.linkId, { value, at })
  }
  for (const item of questionnaire.byLinkId.values()) {
    if (!isOffered(item, scored)) continue
    for (const { submission, questionnaire: other } of earlier)
      if (isSame(item, other.byLinkId.get(item.linkId)))
        offer(item, submission.answers[item.linkId], submission.submittedAt)
    const detail = item.autocomplete === undefined ? undefined : DETAILS[item.autocomplete]
    if (profile && detail) offer(item, detail(profile), null)
  }
  return found
}
