/** Which of a question's answers have a second value that waits for the client's choice. Pure. */
import type { Draft } from '../../../shared/domains/forms/schema.ts'
import { inRow, optionKey } from '../../../shared/questionnaire/answer-key.ts'
import { isMultipleChoice } from '../../../shared/questionnaire/questionnaire.ts'
import type { QuestionNode } from '../../drafts/form-outline.ts'

export function contestedKeys(draft: Draft, { item, row, key }: QuestionNode): string[] {
  if (Object.keys(draft.contested).length === 0) return []
  const keys = isMultipleChoice(item)
    ? item.options.map((option) => inRow(row, optionKey(item.linkId, option.token)))
    : [key]
  return keys.filter((one) => (draft.contested[one]?.length ?? 0) > 0)
}
