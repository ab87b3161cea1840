/** The value of one question and how to change it, with everything its field needs to be labelled. */
import { useMemo } from 'react'
import type { AnswerValue } from '../../../shared/domains/forms/schema.ts'
import { followerOf } from '../../drafts/following.ts'
import type { QuestionNode } from '../../drafts/form-outline.ts'
import { useAnswerPart } from '../../drafts/use-draft.ts'
import type { FieldProps } from '../../ui/field.tsx'
import { fieldId } from './field-id.ts'
import { useOpenForm } from './open-form.tsx'

export function useAnswer(
  node: QuestionNode,
): [AnswerValue | undefined, (value: AnswerValue | null) => void] {
  const { store } = useOpenForm()
  const keys = useMemo(() => [node.key], [node.key])
  const answer = useAnswerPart(store, keys, (answers) => answers[node.key])
  // A row exists by its answer: what is emptied under the client's hands must not vanish.
  const change = (value: AnswerValue | null) =>
    followerOf(store).typing(() => store.edit(node.key, value ?? (node.listed ? '' : null)))
  return [answer, change]
}

export function fieldProps({ item, key }: QuestionNode, error: string | undefined): FieldProps {
  return {
    id: fieldId(key),
    label: item.prefix ? `${item.prefix} ${item.text}` : item.text,
    hint: item.hint,
    error,
    optional: !item.required,
  }
}
