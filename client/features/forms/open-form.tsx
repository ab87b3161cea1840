/** The form that is open: its draft, its questionnaire, and how to change it. Every page below reads it from here. */
import { createContext, type ReactNode, use, useCallback, useMemo } from 'react'
import type { Draft, FormDefinition } from '../../../shared/domains/forms/schema.ts'
import type { Questionnaire } from '../../../shared/questionnaire/questionnaire.ts'
import { textFields } from '../../../shared/questionnaire/text-fields.ts'
import { useDefinition } from '../../drafts/draft-list.ts'
import type { DraftStore } from '../../drafts/draft-store.ts'
import { useQuestionnaire } from '../../drafts/form-rules.ts'
import { useDraft, useFollowingPart } from '../../drafts/use-draft.ts'
import { useSession } from '../../replica/session-context.tsx'
import { Opening } from '../../ui/opening.tsx'
import { MissingForm } from './components/missing-form.tsx'
import { type FormFiles, memoryFiles } from './form-files.ts'
import { useDraftHead } from './queries.ts'
import type { Suggestion } from './suggestions.ts'
import { useSuggestions } from './use-suggestions.ts'

interface OpenForm {
  readonly store: DraftStore
  readonly questionnaire: Questionnaire
  /** Answers of before, by linkId. */
  readonly suggestions: ReadonlyMap<string, Suggestion>
  readonly files: FormFiles
}

const NO_SUGGESTIONS: ReadonlyMap<string, Suggestion> = new Map()

const OpenFormContext = createContext<OpenForm | null>(null)

export function useOpenForm(): OpenForm {
  const form = use(OpenFormContext)
  if (form === null) throw new Error('No form is open above this component.')
  return form
}

/** The open draft with everything typed so far. */
export const useOpenDraft = (): Draft => useFollowingPart(useOpenForm().store, whole)
const whole = (draft: Draft) => draft

/**
 * All answers, with what is typed and not written yet, a frame after the key. A part of a page that needs one asks for
 * that one (`useAnswer`).
 */
export const useOpenAnswers = (): Draft['answers'] => useFollowingPart(useOpenForm().store, answersOf)
const answersOf = (draft: Draft) => draft.answers

/** From this device where it lies here, else over the network. Stable. Undefined where none is opened. */
export function useOpenAnswerFile(): FormFiles['open'] | undefined {
  const session = useSession()
  const open = useCallback<FormFiles['open']>((id) => session.openAttachment(id, 'answer'), [session])
  return session.takesFiles === false ? undefined : open
}

function useFormFiles(draftId: string): FormFiles {
  const session = useSession()
  return useMemo(
    () => ({
      takes: session.takesFiles !== false,
      open: (id) => session.openAttachment(id, 'answer'),
      attach: (file) => session.attachFile({ ...file, draft: draftId }),
      detach: session.detachFiles,
    }),
    [session, draftId],
  )
}

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
  const files = useFormFiles(draftId)
  const value = useMemo(
    () => (store && questionnaire ? { store, questionnaire, suggestions, files } : null),
    [store, questionnaire, suggestions, files],
  )
  if (questionnaire === null || store === null) return <MissingForm />
  return value ? <OpenFormContext value={value}>{children}</OpenFormContext> : <Opening />
}

/** A form that is tried, not filled: its draft is nobody's. */
export function OpenFormInMemory({
  store,
  questionnaire,
  children,
}: Pick<OpenForm, 'store' | 'questionnaire'> & { children: ReactNode }) {
  const value = useMemo(
    () => ({ store, questionnaire, suggestions: NO_SUGGESTIONS, files: memoryFiles() }),
    [store, questionnaire],
  )
  return <OpenFormContext value={value}>{children}</OpenFormContext>
}

export function OpenFormProvider({ draftId, children }: { draftId: string; children: ReactNode }) {
  const head = useDraftHead(draftId)
  const definition = useDefinition(head?.definitionId)
  if (head === undefined) return <Opening />
  if (head === null) return <MissingForm />
  if (definition === undefined) return <Opening />
  if (definition === null) return <MissingForm arriving />
  return (
    <WithDefinition key={draftId} draftId={draftId} definition={definition}>
      {children}
    </WithDefinition>
  )
}
