/**
 * The questionnaire of a definition in the language of the page, read once. A published version never changes, so its id is enough to know it. A
 * form with expressions waits for their engine, which this device holds; no network is asked.
 */
import { useLingui } from '@lingui/react'
import { useEffect, useState } from 'react'
import type { FormDefinition } from '../../shared/domains/forms/schema.ts'
import { readForm } from '../../shared/questionnaire/expressions/read-form.ts'
import { parseQuestionnaire } from '../../shared/questionnaire/parse.ts'
import type { Questionnaire } from '../../shared/questionnaire/questionnaire.ts'

type Definition = Pick<FormDefinition, 'id' | 'questionnaire'>

const AGAIN_MS = 3_000

const known = new Map<string, Questionnaire | null>()

/** Undefined: its expressions are not compiled yet. */
function questionnaireOf(definition: Definition, language: string): Questionnaire | null | undefined {
  const name = nameOf(definition, language)
  const read = known.get(name)
  if (read !== undefined) return read
  const result = parseQuestionnaire(definition.questionnaire, { language })
  if (result.ok && result.value.needsProgram) return undefined
  const questionnaire = result.ok ? result.value : null
  known.set(name, questionnaire)
  return questionnaire
}

const nameOf = ({ id }: Definition, language: string) => `${id} ${language}`

/** Null for a form that this version of the app cannot fill (the server never publishes one); undefined: not yet. */
export function useQuestionnaire(
  definition: Definition | null | undefined,
): Questionnaire | null | undefined {
  const { i18n } = useLingui()
  const language = i18n.locale
  const [attempt, setAttempt] = useState(0)
  const found = definition && questionnaireOf(definition, language)
  const waiting = definition && found === undefined ? definition : null
  useEffect(() => {
    if (waiting === null) return
    let gone = false
    let timer: ReturnType<typeof setTimeout> | undefined
    const next = () => !gone && setAttempt(attempt + 1)
    readForm(waiting.questionnaire, { language }).then(
      (result) => {
        known.set(nameOf(waiting, language), result.ok ? result.value : null)
        next()
      },
      // Its engine is a file of the app, and is asked for again.
      () => {
        timer = setTimeout(next, AGAIN_MS)
      },
    )
    return () => {
      gone = true
      clearTimeout(timer)
    }
  }, [waiting, language, attempt])
  return found
}
