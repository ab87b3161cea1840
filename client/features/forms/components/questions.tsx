/** The visible questions of a section, in order, with what is wrong beside each. */
import type { CSSProperties } from 'react'
import type { OutlineNode } from '../../../drafts/form-outline.ts'
import { classes } from '../../../ui/classes.ts'
import { blocksOf } from '../blocks.ts'
import { useOpenForm } from '../open-form.tsx'
import { CrisisCard } from './crisis-card.tsx'
import { FileLater } from './file-later.tsx'
import styles from './question.module.css'
import { Question } from './question.tsx'
import { RepeatedQuestion } from './repeated-question.tsx'
import { Rows } from './rows.tsx'

interface QuestionsProps {
  readonly nodes: readonly OutlineNode[]
  /** By answer key. */
  readonly errors: ReadonlyMap<string, string>
  /** Keys of answers that call for the crisis card. */
  readonly alarming: ReadonlySet<string>
}

/** From here on the browser skips the layout of what is out of sight. */
const LONG = 30

export function Questions({ nodes, errors, alarming }: QuestionsProps) {
  const { questionnaire, files } = useOpenForm()
  const below = (children: readonly OutlineNode[]) => (
    <Questions nodes={children} errors={errors} alarming={alarming} />
  )
  const drawn = (node: OutlineNode) => {
    if (node.kind === 'text')
      return (
        <p key={node.key} className={styles.prose}>
          {node.item.text}
        </p>
      )
    if (node.kind === 'rows') return <Rows key={node.key} node={node} renderRow={below} />
    if (node.kind === 'repeats' && node.item.type === 'attachment' && !files.takes)
      return <FileLater key={node.key} node={node.whole} />
    if (node.kind === 'repeats')
      return <RepeatedQuestion key={node.key} node={node} errors={errors} renderBelow={below} />
    if (node.kind === 'group')
      return (
        <section key={node.key} className={styles.group}>
          {node.item.text ? <h2>{node.item.text}</h2> : null}
          {below(node.children)}
        </section>
      )
    return (
      <div key={node.key} className={styles.question}>
        <Question node={node} error={errors.get(node.key)} />
        {alarming.has(node.key) ? <CrisisCard /> : null}
      </div>
    )
  }
  return (
    <div className={classes(styles.questions, nodes.length > LONG && styles.long)}>
      {blocksOf(questionnaire, nodes).map((block) => (
        <div
          key={block.number}
          className={styles.block}
          style={{ '--questions': block.nodes.length } as CSSProperties}
        >
          {block.nodes.map(drawn)}
        </div>
      ))}
    </div>
  )
}
