/** The suggestions for an open draft, once its device has read what was handed in before. None for a correction. */
import { useLingui } from '@lingui/react'
import { useEffect, useState } from 'react'
import type { FormDefinition, Submission } from '../../../shared/domains/forms/schema.ts'
import type { Profile } from '../../../shared/domains/profile/schema.ts'
import { readForm } from '../../../shared/questionnaire/expressions/read-form.ts'
import type { Questionnaire } from '../../../shared/questionnaire/questionnaire.ts'
import type { ReplicaDatabase } from '../../replica/replica-database.ts'
import { useReplica } from '../../replica/session-context.tsx'
import { type EarlierForm, type Suggestion, suggestionsFor } from './suggestions.ts'

const NONE: ReadonlyMap<string, Suggestion> = new Map()
/** Older forms are not looked at. */
const MOST = 10

async function earlierForms(replica: ReplicaDatabase, language: string): Promise<readonly EarlierForm[]> {
  const found = await replica.submissions.find({ sort: [{ submittedAt: 'desc' }], limit: MOST }).exec()
  const forms = await Promise.all(
    found.map(async (document): Promise<EarlierForm[]> => {
      const submission: Submission = document.toMutableJSON()
      const definition: FormDefinition | undefined = (
        await replica.definitions.findOne(submission.definitionId).exec()
      )?.toMutableJSON()
      const form = definition && (await readForm(definition.questionnaire, { language }))
      return form?.ok ? [{ submission, questionnaire: form.value }] : []
    }),
  )
  return forms.flat()
}

export function useSuggestions(
  draftId: string,
  questionnaire: Questionnaire | null | undefined,
): ReadonlyMap<string, Suggestion> {
  const { i18n } = useLingui()
  const replica = useReplica()
  const [found, setFound] = useState(NONE)
  const language = i18n.locale
  useEffect(() => {
    if (replica === null || !questionnaire) return
    let gone = false
    const look = async () => {
      const draft = await replica.drafts.findOne(draftId).exec()
      if (draft === null || draft.amends !== undefined) return
      const earlier = await earlierForms(replica, language)
      const profile = await replica.profile.findOne().exec()
      const details: Profile | null = profile?.toMutableJSON() ?? null
      if (!gone) setFound(suggestionsFor(questionnaire, earlier, details))
    }
    // Without them the form is as it always was.
    look().catch(() => {})
    return () => {
      gone = true
    }
  }, [replica, draftId, questionnaire, language])
  return found
}
