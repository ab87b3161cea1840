/** Which fields of a draft are long text, and so merge by words. Pure. SPEC: shared/merge/SPEC.md, M6. */
import { parseAnswerKey } from './answer-key.ts'
import type { Questionnaire } from './questionnaire.ts'

/** A predicate over field paths (`answers/<key>`), rows included. Everything that is no answer is no text. */
export function textFields(questionnaire: Questionnaire): (field: string) => boolean {
  return (field) => {
    if (!field.startsWith('answers/')) return false
    const key = parseAnswerKey(field.slice('answers/'.length))
    if (!key || key.option !== undefined) return false
    return questionnaire.byLinkId.get(key.linkId)?.type === 'text'
  }
}
