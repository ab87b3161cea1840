/**
 * Two devices, two answers to one question: both, whose and when, and one tap to choose. The other answer stays in the
 * form's history at the clinic.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { MonitorSmartphone } from 'lucide-react'
import type { AnswerValue } from '../../../../shared/domains/forms/schema.ts'
import { inRow, optionKey } from '../../../../shared/questionnaire/answer-key.ts'
import { isMultipleChoice } from '../../../../shared/questionnaire/questionnaire.ts'
import { valueText } from '../../../../shared/questionnaire/value-text.ts'
import type { QuestionNode } from '../../../drafts/form-outline.ts'
import { useAnswerWords } from '../../../drafts/use-answer-words.ts'
import { useFollowingPart } from '../../../drafts/use-draft.ts'
import { Button } from '../../../ui/button.tsx'
import { Notice } from '../../../ui/panel.tsx'
import { recentOf } from '../../../ui/time.ts'
import { contestedKeys } from '../contested-keys.ts'
import { useOpenDraft, useOpenForm } from '../open-form.tsx'
import styles from './contested-answer.module.css'

export function ContestedAnswerCard({ node }: { node: QuestionNode }) {
  const { store } = useOpenForm()
  const keys = useFollowingPart(store, (draft) => contestedKeys(draft, node).join('\n'))
  if (keys === '') return null
  return keys.split('\n').map((key) => <ContestedKey key={key} node={node} answerKey={key} />)
}

function ContestedKey({ node, answerKey }: { node: QuestionNode; answerKey: string }) {
  const { i18n, t } = useLingui()
  const words = useAnswerWords()
  const { store } = useOpenForm()
  const draft = useOpenDraft()
  const { item } = node
  const option = isMultipleChoice(item)
    ? item.options.find((one) => answerKey === inRow(node.row, optionKey(item.linkId, one.token)))?.label
    : undefined
  const shown = (value: AnswerValue | null | undefined) =>
    isMultipleChoice(item) ? (value ? words.yes : words.no) : valueText(item, value, words)
  const settle = (value?: AnswerValue | null) =>
    void store
      .settle(answerKey, value === undefined ? new Map() : new Map([[answerKey, value]]))
      .catch(() => {})
  const current = shown(draft.answers[answerKey])

  return (
    <Notice icon={MonitorSmartphone} tone="wait" role="region" label={t`Two answers from your devices`}>
      <p>
        <strong>
          {option ? (
            <Trans>Your devices gave two answers to “{option}”</Trans>
          ) : (
            <Trans>Your devices gave two answers</Trans>
          )}
        </strong>
      </p>
      <ul className={styles.answers}>
        <li>
          <p className={styles.value}>{current}</p>
          <p className={styles.whose}>
            <Trans>The newest answer, in use now</Trans>
          </p>
          <Button look="secondary" onClick={() => settle()} aria-label={t`Keep ${current}`}>
            <Trans>Keep this</Trans>
          </Button>
        </li>
        {(draft.contested[answerKey] ?? []).map((other) => {
          const value = shown(other.value)
          const device = other.deviceName
          const time = recentOf(i18n.locale, other.at, Date.now())
          return (
            <li key={`${other.device}${other.at}`}>
              <p className={styles.value}>{value}</p>
              <p className={styles.whose}>
                <Trans>
                  From {device}, {time}
                </Trans>
              </p>
              <Button look="secondary" onClick={() => settle(other.value)} aria-label={t`Use ${value}`}>
                <Trans>Use this</Trans>
              </Button>
            </li>
          )
        })}
      </ul>
      <p className={styles.whose}>
        <Trans>The answer you do not choose stays in the history of this form.</Trans>
      </p>
    </Notice>
  )
}
