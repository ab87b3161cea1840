/** How far a begun form is, by its sections. */
import { Trans } from '@lingui/react/macro'
import { useMemo } from 'react'
import type { Draft } from '../../shared/domains/forms/schema.ts'
import { progress } from '../../shared/questionnaire/progress.ts'
import { Progress } from '../ui/panel.tsx'
import { useDefinition } from './draft-list.ts'
import { questionnaireOf } from './form-rules.ts'

export function FormProgress({ draft }: { draft: Draft }) {
  const definition = useDefinition(draft.definitionId)
  const state = useMemo(() => {
    const questionnaire = definition ? questionnaireOf(definition) : null
    return questionnaire && progress(questionnaire, draft.answers)
  }, [definition, draft.answers])
  if (!state) return null
  const { answered, total } = state
  return (
    <Progress value={answered} of={total}>
      <Trans>
        {answered} of {total} questions answered
      </Trans>
    </Progress>
  )
}
