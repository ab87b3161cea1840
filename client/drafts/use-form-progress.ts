/** How far a begun form is. Null while its definition is not known here. */
import { useMemo } from 'react'
import type { Draft } from '../../shared/domains/forms/schema.ts'
import { progress } from '../../shared/questionnaire/progress.ts'
import { useDefinition } from './draft-list.ts'
import { useQuestionnaire } from './form-rules.ts'

export function useFormProgress(draft: Draft): { answered: number; total: number } | null {
  const definition = useDefinition(draft.definitionId)
  const questionnaire = useQuestionnaire(definition)
  return useMemo(
    () => (questionnaire ? progress(questionnaire, draft.answers) : null),
    [questionnaire, draft.answers],
  )
}
