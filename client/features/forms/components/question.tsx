/** One question with the control that suits it; live, and saved as it is answered. */
import { memo } from 'react'
import { equalJson } from '../../../../shared/kernel/json.ts'
import { completeAnswers } from '../../../../shared/questionnaire/enable.ts'
import { isMultipleChoice } from '../../../../shared/questionnaire/questionnaire.ts'
import { isSigned } from '../../../../shared/questionnaire/signature.ts'
import { answerText } from '../../../drafts/answer-text.ts'
import type { QuestionNode } from '../../../drafts/form-outline.ts'
import { useAnswerWords } from '../../../drafts/use-answer-words.ts'
import { useFollowingPart } from '../../../drafts/use-draft.ts'
import { Fact, Facts } from '../../../ui/panel.tsx'
import { fieldId } from '../field-id.ts'
import { useOpenForm } from '../open-form.tsx'
import { ContestedAnswerCard } from './contested-answer.tsx'
import { DateQuestion } from './date-question.tsx'
import { DateTimeQuestion } from './date-time-question.tsx'
import { FileLater } from './file-later.tsx'
import { FileQuestion } from './file-question.tsx'
import { LongTextQuestion } from './long-text-question.tsx'
import { MultipleChoiceQuestion } from './multiple-choice-question.tsx'
import { NumberQuestion } from './number-question.tsx'
import styles from './question.module.css'
import { SignatureQuestion } from './signature-question.tsx'
import { SingleChoiceQuestion, YesNoQuestion } from './single-choice-question.tsx'
import { SuggestedAnswer } from './suggested-answer.tsx'
import { TextQuestion } from './text-question.tsx'

export interface QuestionProps {
  readonly node: QuestionNode
  readonly error?: string | undefined
}

function Control({ node, error }: QuestionProps) {
  const { item } = node
  if (isMultipleChoice(item)) return <MultipleChoiceQuestion node={node} error={error} />
  if (item.type === 'boolean') return <YesNoQuestion node={node} error={error} />
  if (item.options.length > 0) return <SingleChoiceQuestion node={node} error={error} />
  if (item.type === 'attachment') return <FileOrLater node={node} error={error} />
  if (isSigned(item)) return <SignatureQuestion node={node} error={error} />
  if (item.type === 'dateTime') return <DateTimeQuestion node={node} error={error} />
  if (item.type === 'date') return <DateQuestion node={node} error={error} />
  if (item.type === 'integer' || item.type === 'decimal' || item.type === 'quantity')
    return <NumberQuestion node={node} error={error} />
  if (item.type === 'text') return <LongTextQuestion node={node} error={error} />
  return <TextQuestion node={node} error={error} />
}

function FileOrLater({ node, error }: QuestionProps) {
  const { files } = useOpenForm()
  return files.takes ? <FileQuestion node={node} error={error} /> : <FileLater node={node} />
}

function ReadOnlyAnswer({ node }: { node: QuestionNode }) {
  const { store, questionnaire } = useOpenForm()
  const words = useAnswerWords()
  const text = useFollowingPart(store, ({ answers }) =>
    answerText(node, completeAnswers(questionnaire, answers), words),
  )
  return (
    <Facts>
      <Fact name={node.item.text}>{text}</Fact>
    </Facts>
  )
}

/** Outlines are made anew with every answer; what a question is changes with its own rows alone. */
const isSame = (a: QuestionProps, b: QuestionProps): boolean =>
  a.error === b.error &&
  a.node.item === b.node.item &&
  a.node.key === b.node.key &&
  a.node.row === b.node.row &&
  a.node.listed === b.node.listed &&
  equalJson(a.node.instance.rows, b.node.instance.rows)

/** Drawn anew for its own answer alone: a page may have hundreds. */
export const Question = memo(function Question({ node, error }: QuestionProps) {
  return (
    <div className={styles.question} id={`${fieldId(node.key)}-question`}>
      {node.item.readOnly || node.item.calculated ? (
        <ReadOnlyAnswer node={node} />
      ) : (
        <>
          <Control node={node} error={error} />
          {node.listed ? null : <SuggestedAnswer node={node} />}
        </>
      )}
      <ContestedAnswerCard node={node} />
    </div>
  )
}, isSame)
