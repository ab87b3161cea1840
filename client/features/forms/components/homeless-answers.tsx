/** Answers that were given to an earlier version of the form, and for which this one has no question. They stay here. */
import { Trans, useLingui } from '@lingui/react/macro'
import { useCallback } from 'react'
import { map } from 'rxjs'
import type { Draft, FormDefinition } from '../../../../shared/domains/forms/schema.ts'
import { parseAnswerKey } from '../../../../shared/questionnaire/answer-key.ts'
import { homelessAnswers } from '../../../../shared/questionnaire/differences.ts'
import { parseQuestionnaire } from '../../../../shared/questionnaire/parse.ts'
import type { Item } from '../../../../shared/questionnaire/questionnaire.ts'
import { valueText } from '../../../../shared/questionnaire/value-text.ts'
import { useAnswerWords } from '../../../drafts/use-answer-words.ts'
import type { ReplicaDatabase } from '../../../replica/replica-database.ts'
import { useLiveQuery } from '../../../replica/session-context.tsx'
import { Card, Fact, Facts } from '../../../ui/panel.tsx'
import { useOpenForm } from '../open-form.tsx'

/** The question as some version of the form on this device asks it. */
function questionOf(
  definitions: readonly FormDefinition[],
  linkId: string,
  language: string,
): Item | undefined {
  for (const { questionnaire } of definitions) {
    const form = parseQuestionnaire(questionnaire, { language })
    const item = form.ok ? form.value.byLinkId.get(linkId) : undefined
    if (item) return item
  }
  return undefined
}

export function HomelessAnswers({ draft }: { draft: Draft }) {
  const { i18n } = useLingui()
  const words = useAnswerWords()
  const { questionnaire } = useOpenForm()
  const { formKey } = draft
  const query = useCallback(
    (replica: ReplicaDatabase) =>
      replica.definitions
        .find({ selector: { formKey } })
        .$.pipe(map((found) => found.map((each) => each.toMutableJSON()))),
    [formKey],
  )
  const definitions = useLiveQuery<FormDefinition[]>(query) ?? []
  const keys = homelessAnswers(questionnaire, draft.answers)
  if (keys.length === 0) return null
  return (
    <Card labelledBy="homeless">
      <h2 id="homeless">
        <Trans>Answers to an earlier version</Trans>
      </h2>
      <p>
        <Trans>
          This version does not ask these questions. What you answered stays here and is not handed in.
        </Trans>
      </p>
      <Facts>
        {keys.map((key) => {
          const parsed = parseAnswerKey(key)
          const item = parsed ? questionOf(definitions, parsed.linkId, i18n.locale) : undefined
          const value = draft.answers[key]
          const option = item?.options.find(({ token }) => token === parsed?.option)?.label
          return (
            <Fact key={key} name={item?.text ?? key}>
              {option ?? (item ? valueText(item, value, words) : String(value))}
            </Fact>
          )
        })}
      </Facts>
    </Card>
  )
}
