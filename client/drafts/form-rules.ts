/**
 * The questionnaire of a definition, read once. A published version never changes, so its id is enough to know it. A
 * form with expressions waits for their engine, which this device holds; no network is asked.
 */
import { useEffect, useState } from 'react'
import type { FormDefinition } from '../../shared/domains/forms/schema.ts'
import { readForm } from '../../shared/questionnaire/expressions/read-form.ts'
import { parseQuestionnaire } from '../../shared/questionnaire/parse.ts'
import type { Questionnaire } from '../../shared/questionnaire/questionnaire.ts'

type Definition = Pick<FormDefinition, 'id' | 'questionnaire'>

const known = new Map<string, Questionnaire | null>()

/** Undefined: its expressions are not compiled yet. */
function questionnaireOf(definition: Definition): Questionnaire | null | undefined {
  const read = known.get(definition.id)
  if (read !== undefined) return read
  const result = parseQuestionnaire(definition.questionnaire)
  if (result.ok && result.value.needsProgram) return undefined
  const questionnaire = result.ok ? result.value : null
  known.set(definition.id, questionnaire)
  return questionnaire
}

/** Null for a form that this version of the app cannot fill (the server never publishes one); undefined: not yet. */
export function useQuestionnaire(
  definition: Definition | null | undefined,
): Questionnaire | null | undefined {
  const [, setRead] = useState('')
  const found = definition && questionnaireOf(definition)
  const waiting = definition && found === undefined ? definition : null
  useEffect(() => {
    if (waiting === null) return
    let gone = false
    readForm(waiting.questionnaire)
      .then((result) => known.set(waiting.id, result.ok ? result.value : null))
      // Without its engine a form is as if it had not arrived; opening it again tries again.
      .catch(() => {})
      .finally(() => !gone && setRead(waiting.id))
    return () => {
      gone = true
    }
  }, [waiting])
  return found
}
