/** One given answer: its words, or the way to its file. */
import { Link } from '@tanstack/react-router'
import { readAttached } from '../../../../shared/questionnaire/attached-file.ts'
import type { Answer, Item } from '../../../../shared/questionnaire/questionnaire.ts'
import { type AnswerWords, valueText } from '../../../../shared/questionnaire/value-text.ts'
import styles from '../staff.module.css'

/** What the answers were handed in with. */
export interface HandedIn {
  readonly clientId: string
  readonly submissionId: string
}

interface AnswerValueProps {
  readonly item: Item
  readonly value: Answer | null
  readonly words: AnswerWords
  readonly handedIn: HandedIn
}

export function AnswerValue({ item, value, words, handedIn }: AnswerValueProps) {
  const text = valueText(item, value, words)
  const file = item.type === 'attachment' ? readAttached(value ?? undefined)?.file : undefined
  return (
    <span className={styles.value}>
      {file === undefined ? (
        text
      ) : (
        <Link
          to="/staff/clients/$clientId/file/$kind/$fileId"
          params={{ clientId: handedIn.clientId, kind: 'answer-files', fileId: file }}
          search={{ submission: handedIn.submissionId }}
        >
          {text}
        </Link>
      )}
    </span>
  )
}
