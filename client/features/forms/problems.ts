/** What is missing or wrong in some questions, in words, with the field to go to. The same check as the server's. */
import { useLingui } from '@lingui/react/macro'
import { useCallback } from 'react'
import { inRow, itemKey, parseAnswerKey, rowOf } from '../../../shared/questionnaire/answer-key.ts'
import { readAttached } from '../../../shared/questionnaire/attached-file.ts'
import { enabledItems } from '../../../shared/questionnaire/enable.ts'
import { dropHidden } from '../../../shared/questionnaire/hidden-answers.ts'
import {
  type AnswerMap,
  hasRows,
  type Item,
  type Questionnaire,
  type Section,
} from '../../../shared/questionnaire/questionnaire.ts'
import { type AnswerProblem, validateAnswers } from '../../../shared/questionnaire/validate.ts'
import type { AttachmentsView } from '../../replica/file-views.ts'
import { useAttachments } from '../../replica/session-context.tsx'
import { today } from '../../ui/time.ts'
import { fieldId } from './field-id.ts'
import { useProblemText } from './problem-text.ts'
import { questionName } from './question-name.ts'

export interface FieldProblem {
  /** Key of the question. */
  readonly key: string
  /** Index of the section it stands in. */
  readonly section: number
  /** DOM id of its control. */
  readonly field: string
  /** Beside the question. */
  readonly message: string
  /** With the question's text, for a list of problems. */
  readonly summary: string
}

/** Which section each question belongs to. */
function sectionsByLinkId(sections: readonly Section[]): ReadonlyMap<string, number> {
  const places = new Map<string, number>()
  sections.forEach((section, index) => {
    const items = [...section.items]
    for (let item = items.pop(); item !== undefined; item = items.pop()) {
      places.set(item.linkId, index)
      items.push(...item.items)
    }
  })
  return places
}

/** Of one answer of several: that answer's own key. */
const questionKey = (
  { key, linkId }: Pick<AnswerProblem, 'key' | 'linkId'>,
  item: Item | undefined,
): string =>
  item && item.type !== 'group' && hasRows(item) && key.endsWith(']')
    ? key
    : inRow(rowOf(key), itemKey(linkId))

export type FindProblems = (
  questionnaire: Questionnaire,
  answers: AnswerMap,
  /** Index of a section; absent: the whole form. */
  section?: number,
) => FieldProblem[]

type RefusedFile = Pick<AnswerProblem, 'key' | 'linkId'> & { readonly code: 'refused' }

/** What only this device knows: the clinic looked at a file and does not take it. */
const refusedFiles = (answers: AnswerMap, files: AttachmentsView): readonly RefusedFile[] =>
  Object.entries(answers).flatMap(([key, answer]) => {
    const file = readAttached(answer)?.file
    const linkId = parseAnswerKey(key)?.linkId
    const isRefused = file !== undefined && files[file]?.state === 'refused'
    return isRefused && linkId !== undefined ? [{ key, linkId, code: 'refused' as const }] : []
  })

/** At most one problem a question. */
export function useProblems(): FindProblems {
  const { t } = useLingui()
  const textOf = useProblemText()
  const files = useAttachments()
  return useCallback(
    (questionnaire, answers, section) => {
      const places = sectionsByLinkId(questionnaire.sections)
      const found = new Map<string, FieldProblem>()
      const asked = dropHidden(questionnaire, answers)
      const problems = [
        ...validateAnswers(questionnaire, asked, { today: today() }),
        ...refusedFiles(asked, files),
      ]
      const instances = problems.length === 0 ? [] : enabledItems(questionnaire, asked).list
      for (const problem of problems) {
        const place = places.get(problem.linkId)
        const item = questionnaire.byLinkId.get(problem.linkId)
        const key = questionKey(problem, item)
        if (place === undefined || item === undefined || found.has(key)) continue
        if (section !== undefined && place !== section) continue
        const question = questionName(instances, key, item.text)
        const message =
          problem.code === 'refused'
            ? t`The clinic does not take this file. Remove it, or choose another one`
            : textOf(item, problem)
        found.set(key, {
          key,
          section: place,
          field: fieldId(key),
          message,
          summary: problem.code === 'required' ? question : t`${question}: ${message}`,
        })
      }
      return [...found.values()]
    },
    [t, textOf, files],
  )
}
