/** Answers to questions that are not asked: they stay in the draft, and never go into a submission. Pure. */
import { inRow, itemKey, parseAnswerKey, rowOf } from './answer-key.ts'
import { enabledItems } from './enable.ts'
import { type AnswerMap, hasRows, isMultipleChoice, type Questionnaire } from './questionnaire.ts'

/** The answers that belong to questions which are asked. Unknown questions and removed rows go too. */
export function dropHidden<T extends AnswerMap>(questionnaire: Questionnaire, answers: T): T {
  const enabled = enabledItems(questionnaire, answers)
  const rows = new Set(enabled.list.flatMap((instance) => instance.rows))
  const kept = Object.entries(answers).filter(([key]) => {
    const parsed = parseAnswerKey(key)
    const item = parsed && questionnaire.byLinkId.get(parsed.linkId)
    if (!parsed || !item) return false
    if (hasRows(item)) return parsed.rowId !== undefined && rows.has(key)
    if (parsed.rowId !== undefined || item.type === 'group' || item.type === 'display') return false
    if (parsed.option !== undefined && !isMultipleChoice(item)) return false
    return enabled.has(inRow(rowOf(key), itemKey(item.linkId)))
  })
  return Object.fromEntries(kept) as T
}
