/** Answers to questions that are not asked: they stay in the draft, and never go into a submission. Pure. */
import { inRow, itemKey, parseAnswerKey, rowOf } from './answer-key.ts'
import { fitsKey } from './answer-values.ts'
import { enabledItems } from './enable.ts'
import { type AnswerMap, hasRows, type Questionnaire } from './questionnaire.ts'

/** The answers that belong to questions which are asked, and not calculated. Unknown questions and removed rows go too. */
export function dropHidden<T extends AnswerMap>(questionnaire: Questionnaire, answers: T): T {
  const enabled = enabledItems(questionnaire, answers)
  const rows = new Set(enabled.list.flatMap((instance) => instance.rows))
  const kept = Object.entries(answers).filter(([key]) => {
    const parsed = parseAnswerKey(key)
    const item = parsed && questionnaire.byLinkId.get(parsed.linkId)
    if (!parsed || !item || !fitsKey(item, parsed)) return false
    if (item.calculation && questionnaire.program) return false
    if (hasRows(item)) return rows.has(key)
    return enabled.has(inRow(rowOf(key), itemKey(item.linkId)))
  })
  return Object.fromEntries(kept) as T
}
