/** The questionnaire of a definition, parsed once. A published version never changes, so its id is enough to know it. */
import type { FormDefinition } from '../../shared/domains/forms/schema.ts'
import { parseQuestionnaire } from '../../shared/questionnaire/parse.ts'
import type { Questionnaire } from '../../shared/questionnaire/questionnaire.ts'

const parsed = new Map<string, Questionnaire | null>()

/** Null for a form that this version of the app cannot fill (the server never publishes one). */
export function questionnaireOf(
  definition: Pick<FormDefinition, 'id' | 'questionnaire'>,
): Questionnaire | null {
  const known = parsed.get(definition.id)
  if (known !== undefined) return known
  const result = parseQuestionnaire(definition.questionnaire)
  const questionnaire = result.ok ? result.value : null
  parsed.set(definition.id, questionnaire)
  return questionnaire
}
