/** Answers with everything that stood there before them, or lost to them, and from which device. */
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { Flag } from 'lucide-react'
import type { Answers } from '../../../../shared/domains/forms/schema.ts'
import { parseAnswerKey } from '../../../../shared/questionnaire/answer-key.ts'
import { valuesOf } from '../../../../shared/questionnaire/answer-values.ts'
import type { Item } from '../../../../shared/questionnaire/questionnaire.ts'
import { answerText } from '../../../drafts/answer-text.ts'
import type { OutlineNode, QuestionNode } from '../../../drafts/form-outline.ts'
import { useAnswerWords } from '../../../drafts/use-answer-words.ts'
import { Status } from '../../../ui/panel.tsx'
import { momentOf } from '../../../ui/time.ts'
import styles from '../staff.module.css'
import type { EarlierAnswer, StaffSubmission } from '../staff-data.ts'
import { AnswerValue, type HandedIn } from './answer-value.tsx'

interface AnswersProps {
  readonly nodes: readonly OutlineNode[]
  readonly answers: Answers
  /** Of the submission before; null: there is none. */
  readonly previous: Answers | null
  readonly history: StaffSubmission['history']
  /** Keys of flagged answers. */
  readonly flagged: ReadonlySet<string>
  readonly handedIn: HandedIn
}

/** History of a question: of its own key, and of each of its options. */
const historyOf = (history: StaffSubmission['history'], key: string) =>
  Object.entries(history)
    .filter(
      ([each]) =>
        each === key || each.startsWith(`${key}{`) || (each.startsWith(`${key}[`) && each.endsWith(']')),
    )
    .flatMap(([each, entries]) =>
      entries.map((entry) => ({ ...entry, option: parseAnswerKey(each)?.option })),
    )
    .sort((a, b) => b.at - a.at)

interface EarlierProps {
  readonly item: Item
  readonly entry: EarlierAnswer & { option: string | undefined }
  readonly handedIn: HandedIn
}

function Earlier({ item, entry, handedIn }: EarlierProps) {
  const { i18n } = useLingui()
  const words = useAnswerWords()
  const option = item.options.find((one) => one.token === entry.option)?.label
  const time = momentOf(i18n.locale, entry.at)
  const device = entry.deviceName
  return (
    <li>
      {entry.option === undefined ? (
        <AnswerValue item={item} value={entry.value} words={words} handedIn={handedIn} />
      ) : (
        <span className={styles.value}>
          {option ? `${option}: ` : null}
          {entry.value ? words.yes : words.no}
        </span>
      )}
      <span className={styles.soft}>
        {entry.kind === 'lost' ? (
          <Trans>Not chosen between two devices</Trans>
        ) : (
          <Trans>Earlier answer</Trans>
        )}
        {' · '}
        {device ? `${device} · ` : null}
        {time}
      </span>
    </li>
  )
}

function Answer({
  node,
  answers,
  previous,
  history,
  flagged,
  handedIn,
}: Omit<AnswersProps, 'nodes'> & { node: QuestionNode }) {
  const words = useAnswerWords()
  // Rows have other keys in every submission: what stood in them before is not told from what moved.
  const before = previous && node.row === '' ? answerText(node, previous, words) : null
  const now = answerText(node, answers, words)
  const earlier = historyOf(history, node.key)
  const given = valuesOf(node.instance, answers)
  return (
    <div className={styles.answer}>
      <dt>{node.item.text}</dt>
      <dd>
        {node.item.type === 'attachment' && given.length > 0 ? (
          given.map((value) => (
            <AnswerValue
              key={JSON.stringify(value)}
              item={node.item}
              value={value}
              words={words}
              handedIn={handedIn}
            />
          ))
        ) : (
          <span className={styles.value}>{now}</span>
        )}
        {before !== null && before !== now ? (
          <span className={styles.soft}>
            <Trans>Last time: {before}</Trans>
          </span>
        ) : null}
        {flagged.has(node.key) ? (
          <Status icon={Flag} tone="bad" pill>
            <Trans>Flagged</Trans>
          </Status>
        ) : null}
        {earlier.length > 0 ? (
          <details className={styles.history}>
            <summary>
              <Plural value={earlier.length} one="# earlier answer" other="# earlier answers" />
            </summary>
            <ul>
              {earlier.map((entry) => (
                <Earlier
                  key={`${entry.at}${entry.option}${entry.kind}`}
                  item={node.item}
                  entry={entry}
                  handedIn={handedIn}
                />
              ))}
            </ul>
          </details>
        ) : null}
      </dd>
    </div>
  )
}

export function AnswersWithHistory({ nodes, ...rest }: AnswersProps) {
  const questions = nodes.filter((node) => node.kind === 'question')
  const groups = nodes.filter((node) => node.kind === 'group')
  const rows = nodes.filter((node) => node.kind === 'rows')
  const repeated = nodes.filter((node) => node.kind === 'repeats')
  return (
    <>
      {questions.length > 0 ? (
        <dl>
          {questions.map((node) => (
            <Answer key={node.key} node={node} {...rest} />
          ))}
        </dl>
      ) : null}
      {repeated.map((node) => (
        <div key={node.key}>
          <dl>
            <Answer node={node.whole} {...rest} />
          </dl>
          {node.rows.map(({ question, children }) => (
            <AnswersWithHistory key={question.key} nodes={children} {...rest} />
          ))}
        </div>
      ))}
      {groups.map((node) => (
        <div key={node.key}>
          <h3>{node.item.text}</h3>
          <AnswersWithHistory nodes={node.children} {...rest} />
        </div>
      ))}
      {rows.flatMap((node) =>
        node.rows.map((row, index) => (
          <div key={row.key}>
            <h3>
              {node.item.text} {index + 1}
            </h3>
            <AnswersWithHistory nodes={row.children} {...rest} />
          </div>
        )),
      )}
    </>
  )
}
