/** The form that is open: its draft, its questionnaire, and how to change it. Every page below reads it from here. */
import { createContext, type ReactNode, use, useMemo } from 'react'
import type { Draft, FormDefinition } from '../../../shared/domains/forms/schema.ts'
import type { Questionnaire } from '../../../shared/questionnaire/questionnaire.ts'
import { textFields } from '../../../shared/questionnaire/text-fields.ts'
import { useDefinition } from '../../drafts/draft-list.ts'
import type { DraftStore } from '../../drafts/draft-store.ts'
import { useQuestionnaire } from '../../drafts/form-rules.ts'
import { useDraft, useDraftSnapshot } from '../../drafts/use-draft.ts'
import { MissingForm } from './components/missing-form.tsx'
import { useDraftHead } from './queries.ts'
import type { Suggestion } from './suggestions.ts'
import { useSuggestions } from './use-suggestions.ts'

interface OpenForm {
  readonly store: DraftStore
  readonly questionnaire: Questionnaire
  /** Answers of before, by linkId. */
  readonly suggestions: ReadonlyMap<string, Suggestion>
}

const NO_SUGGESTIONS: ReadonlyMap<string, Suggestion> = new Map()

const OpenFormContext = createContext<OpenForm | null>(null)

export function useOpenForm(): OpenForm {
  const form = use(OpenFormContext)
  if (form === null) throw new Error('No form is open above this component.')
  return form
}

/** The open draft with everything typed so far. */
export const useOpenDraft = (): Draft => useDraftSnapshot(useOpenForm().store).draft

const textKeys = (questionnaire: Questionnaire) => {
  const isText = textFields(questionnaire)
  return (key: string) => isText(`answers/${key}`)
}

function WithDefinition({
  draftId,
  definition,
  children,
}: {
  draftId: string
  definition: FormDefinition
  children: ReactNode
}) {
  const questionnaire = useQuestionnaire(definition)
  const isText = useMemo(() => (questionnaire ? textKeys(questionnaire) : undefined), [questionnaire])
  const store = useDraft(draftId, isText)
  const suggestions = useSuggestions(draftId, questionnaire)
  const value = useMemo(
    () => (store && questionnaire ? { store, questionnaire, suggestions } : null),
    [store, questionnaire, suggestions],
  )
  if (questionnaire === null || store === null) return <MissingForm />
  return value ? <OpenFormContext value={value}>{children}</OpenFormContext> : null
}

/** A form that is tried, not filled: its draft is nobody's. */
export function OpenFormInMemory({
  store,
  questionnaire,
  children,
}: Omit<OpenForm, 'suggestions'> & { children: ReactNode }) {
  const value = useMemo(() => ({ store, questionnaire, suggestions: NO_SUGGESTIONS }), [store, questionnaire])
  return <OpenFormContext value={value}>{children}</OpenFormContext>
}

export function OpenFormProvider({ draftId, children }: { draftId: string; children: ReactNode }) {
  const head = useDraftHead(draftId)
  const definition = useDefinition(head?.definitionId)
  if (head === undefined) return null
  if (head === null) return <MissingForm />
  if (definition === undefined) return null
  if (definition === null) return <MissingForm arriving />
  return (
    <WithDefinition key={draftId} draftId={draftId} definition={definition}>
      {children}
    </WithDefinition>
  )
}
