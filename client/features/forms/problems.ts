/** What is missing or wrong in some questions, in words, with the field to go to. */
import { useLingui } from '@lingui/react/macro'
import { useCallback } from 'react'
import type { AnswerMap, Questionnaire } from '../../../shared/questionnaire/questionnaire.ts'
import { hasAnswer, type QuestionNode } from '../../drafts/form-outline.ts'
import { fieldId } from './field-id.ts'

export interface AnswerProblem {
  /** Key of the question. */
  readonly key: string
  /** DOM id of its control. */
  readonly field: string
  readonly message: string
}

export type FindProblems = (
  questionnaire: Questionnaire,
  answers: AnswerMap,
  questions: readonly QuestionNode[],
) => AnswerProblem[]

export function useProblems(): FindProblems {
  const { t } = useLingui()
  return useCallback(
    (_questionnaire, answers, questions) =>
      questions.flatMap((node) => {
        const question = node.item.text
        if (!node.item.required || hasAnswer(answers, node)) return []
        return [{ key: node.key, field: fieldId(node.key), message: t`Please answer: ${question}` }]
      }),
    [t],
  )
}
