/** A repeating group: rows can be added and removed, and a removed one brought back. */
import { Trans, useLingui } from '@lingui/react/macro'
import { Plus, Trash2 } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import type { AnswerValue } from '../../../../shared/domains/forms/schema.ts'
import { rowInitialValues } from '../../../../shared/questionnaire/initial-answers.ts'
import { newRowKey } from '../../../../shared/questionnaire/instances.ts'
import type { OutlineNode, RowsNode } from '../../../drafts/form-outline.ts'
import { Button } from '../../../ui/button.tsx'
import { focusField } from '../../../ui/error-summary.tsx'
import { takeFocus } from '../../../ui/focus-back.ts'
import { fieldId } from '../field-id.ts'
import { newRowId } from '../new-row-id.ts'
import { useOpenAnswers, useOpenForm } from '../open-form.tsx'
import { OuterRow, useWholeName } from '../outer-row.ts'
import styles from './question.module.css'
import { SuggestedAnswer } from './suggested-answer.tsx'

/** A new row is in the document after the next paint. */
const focusWhenShown = (key: string) =>
  requestAnimationFrame(() => requestAnimationFrame(() => focusField(fieldId(key))))

interface RowsProps {
  readonly node: RowsNode
  /** The questions of one row. */
  readonly renderRow: (children: readonly OutlineNode[]) => ReactNode
}

export function Rows({ node, renderRow }: RowsProps) {
  const { t } = useLingui()
  const { store } = useOpenForm()
  const answers = useOpenAnswers()
  const [removed, setRemoved] = useState<{ key: string; order: AnswerValue; number: number } | null>(null)
  const { item } = node
  const name = item.text
  const whole = useWholeName(name)

  const add = () => {
    const last = node.rows.at(-1)
    const order = last ? Number(answers[last.key]) + 1 : 1
    const key = newRowKey(node, newRowId())
    store.editMany([[key, order], ...Object.entries(rowInitialValues(item, key))])
    setRemoved(null)
    focusWhenShown(key)
  }
  const remove = (key: string, number: number) => {
    setRemoved({ key, order: answers[key] ?? number, number })
    store.edit(key, null)
  }
  const full = item.maxOccurs !== undefined && node.rows.length >= item.maxOccurs

  return (
    <div className={styles.group} id={fieldId(node.key)}>
      {node.rows.map((row, index) => {
        const number = index + 1
        return (
          <fieldset key={row.key} id={fieldId(row.key)} className={styles.row}>
            <legend className="visually-hidden">
              {name} {number}
            </legend>
            <div className={styles.rowHead}>
              <p aria-hidden className={styles.rowName}>
                {name} {number}
              </p>
              <Button
                look="quiet"
                onClick={() => remove(row.key, number)}
                aria-label={t`Remove ${whole} ${number}`}
              >
                <Trash2 size={18} aria-hidden />
                <Trans>Remove</Trans>
              </Button>
            </div>
            <OuterRow value={`${whole} ${number}`}>{renderRow(row.children)}</OuterRow>
          </fieldset>
        )
      })}
      {removed ? (
        <p className={styles.undo} role="status">
          <span>
            <Trans>
              {name} {removed.number} is removed.
            </Trans>
          </span>
          <Button
            look="quiet"
            // The button that was pressed is gone with its row: the focus goes to the way back.
            ref={takeFocus}
            onClick={() => {
              store.edit(removed.key, removed.order)
              setRemoved(null)
              focusWhenShown(removed.key)
            }}
          >
            <Trans>Undo</Trans>
          </Button>
        </p>
      ) : null}
      <SuggestedAnswer node={node} />
      {full ? null : (
        <div>
          <Button look="secondary" onClick={add}>
            <Plus size={18} aria-hidden />
            {node.rows.length === 0 ? t`Add: ${name}` : t`Add another: ${name}`}
          </Button>
        </div>
      )}
    </div>
  )
}
