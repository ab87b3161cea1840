/** Answers to read: on the check page with a way to change each, on the receipt copy without. */
import { Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import type { Answers } from '../../../../shared/domains/forms/schema.ts'
import { valuesOf } from '../../../../shared/questionnaire/answer-values.ts'
import { filesIn } from '../../../../shared/questionnaire/attached-file.ts'
import { answerText } from '../../../drafts/answer-text.ts'
import {
  hasAnswer,
  type OutlineNode,
  type QuestionNode,
  type RowsNode,
} from '../../../drafts/form-outline.ts'
import { useAnswerWords } from '../../../drafts/use-answer-words.ts'
import { useSession } from '../../../replica/session-context.tsx'
import { fieldId } from '../field-id.ts'
import styles from '../forms.module.css'
import { useOpenAnswerFile } from '../open-form.tsx'
import { writeResume } from '../resume.ts'
import { AttachedAnswer } from './attached-answer.tsx'
import { SignedBelow } from './signed-below.tsx'

interface AnswerListProps {
  readonly nodes: readonly OutlineNode[]
  readonly answers: Answers
  /** Where a question is answered; absent: read-only. */
  readonly change?: { readonly draftId: string; readonly section: string }
}

/** Leads to the very question. */
function ChangeLink({ change, node }: { node: OutlineNode } & Pick<AnswerListProps, 'change'>) {
  const { t } = useLingui()
  const session = useSession()
  const { text: question, calculated, readOnly } = node.item
  // What the form fills in itself is not theirs to change.
  if (change === undefined || calculated || readOnly) return null
  const { draftId, section } = change
  return (
    <dd>
      <Link
        to="/forms/$draftId/section/$section"
        params={change}
        aria-label={t`Change: ${question}`}
        onClick={() => void writeResume(session, draftId, { section, field: fieldId(node.key) })}
      >
        <Trans>Change</Trans>
      </Link>
    </dd>
  )
}

const noneClass = (isMissing: boolean) => (isMissing ? styles.missing : styles.none)

/** A list that has no row yet: as unanswered as a question. */
function NoRows({ node, change }: { node: RowsNode } & Pick<AnswerListProps, 'change'>) {
  const { none } = useAnswerWords()
  const { text, required } = node.item
  return (
    <dl className={styles.answers}>
      <div className={styles.answer}>
        <dt>{text}</dt>
        <dd className={noneClass(required && change !== undefined)}>{none}</dd>
        <ChangeLink node={node} {...(change ? { change } : {})} />
      </div>
    </dl>
  )
}

function AnswerLine({ node, answers, change }: Omit<AnswerListProps, 'nodes'> & { node: QuestionNode }) {
  const words = useAnswerWords()
  const answered = hasAnswer(answers, node)
  const question = node.item.text
  const files = node.item.type === 'attachment' ? filesIn(valuesOf(node.instance, answers)) : []
  const open = useOpenAnswerFile()
  return (
    <div className={styles.answer}>
      <dt>{question}</dt>
      <dd className={answered ? undefined : noneClass(node.item.required && change !== undefined)}>
        {files.length > 0
          ? files.map((attached) => <AttachedAnswer key={attached.file} attached={attached} open={open} />)
          : answerText(node, answers, words)}
        <SignedBelow node={node} answers={answers} />
      </dd>
      <ChangeLink node={node} {...(change ? { change } : {})} />
    </div>
  )
}

export function AnswerList({ nodes, answers, change }: AnswerListProps) {
  const more = change ? { change } : {}
  const line = (node: OutlineNode) => {
    if (node.kind === 'question') return <AnswerLine key={node.key} node={node} answers={answers} {...more} />
    if (node.kind === 'repeats')
      return (
        <div key={node.key}>
          <dl className={styles.answers}>
            <AnswerLine node={node.whole} answers={answers} {...more} />
          </dl>
          {node.rows.map(({ question, children }) =>
            children.length === 0 ? null : (
              <div key={question.key}>
                <h3 className={styles.rowName}>{question.item.text}</h3>
                <AnswerList nodes={children} answers={answers} {...more} />
              </div>
            ),
          )}
        </div>
      )
    if (node.kind === 'group')
      return (
        <div key={node.key}>
          <h3 className={styles.rowName}>{node.item.text}</h3>
          <AnswerList nodes={node.children} answers={answers} {...more} />
        </div>
      )
    if (node.kind === 'rows' && node.rows.length === 0) return <NoRows key={node.key} node={node} {...more} />
    if (node.kind === 'rows')
      return node.rows.map((row, index) => (
        <div key={row.key}>
          <h3 className={styles.rowName}>
            {node.item.text} {index + 1}
          </h3>
          <AnswerList nodes={row.children} answers={answers} {...more} />
        </div>
      ))
    return null
  }
  const plain = nodes.filter((node) => node.kind !== 'text')
  // Questions in a row share one list; a group or a row has a heading and a list of its own.
  const runs: OutlineNode[][] = []
  for (const node of plain) {
    const last = runs.at(-1)
    if (node.kind === 'question' && last?.[0]?.kind === 'question') last.push(node)
    else runs.push([node])
  }
  return runs.map((run) =>
    run[0]?.kind === 'question' ? (
      <dl key={run[0].key} className={styles.answers}>
        {run.map(line)}
      </dl>
    ) : (
      run.map(line)
    ),
  )
}
