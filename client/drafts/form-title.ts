/** The title of a form in the language of the page, where its version has it; else as the practice named it. */
import { useLingui } from '@lingui/react'
import { useMemo } from 'react'
import { JsonNode, ProblemList } from '../../shared/questionnaire/json-node.ts'
import { useDefinition } from './draft-list.ts'

export function useFormTitle({ definitionId, title }: { definitionId: string; title: string }): string {
  const { i18n } = useLingui()
  const questionnaire = useDefinition(definitionId)?.questionnaire
  const language = i18n.locale
  return useMemo(
    () =>
      questionnaire === undefined
        ? title
        : (new JsonNode(questionnaire, '', new ProblemList(language)).words('title') ?? title),
    [questionnaire, language, title],
  )
}
