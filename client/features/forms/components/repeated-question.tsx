/**
 * A question that takes several answers, each in a box of its own: they can be added and taken away. The first box is
 * there from the start; it becomes an answer with the first letter that is typed into it.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Plus, Trash2 } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { readAttached } from '../../../../shared/questionnaire/attached-file.ts'
import { newRowKey } from '../../../../shared/questionnaire/instances.ts'
import { type OutlineNode, type RepeatsNode, rowQuestion } from '../../../drafts/form-outline.ts'
import { Button } from '../../../ui/button.tsx'
import { classes } from '../../../ui/classes.ts'
import { focusField } from '../../../ui/error-summary.tsx'
import fieldStyles from '../../../ui/field.module.css'
import { FieldError, FieldHint, OptionalMark } from '../../../ui/field.tsx'
import { fieldId } from '../field-id.ts'
import { newRowId } from '../new-row-id.ts'
import { useOpenAnswers, useOpenForm } from '../open-form.tsx'
import { useWholeName } from '../outer-row.ts'
import styles from './question.module.css'
import { Question } from './question.tsx'
import { SuggestedAnswer } from './suggested-answer.tsx'

interface RepeatedQuestionProps {
  readonly node: RepeatsNode
  readonly errors: ReadonlyMap<string, string>
  /** Questions below one answer. */
  readonly renderBelow: (children: readonly OutlineNode[]) => ReactNode
}

const focusSoon = (key: string) =>
  requestAnimationFrame(() => requestAnimationFrame(() => focusField(fieldId(key))))

export function RepeatedQuestion({ node, errors, renderBelow }: RepeatedQuestionProps) {
  const { t } = useLingui()
  const { store, files } = useOpenForm()
  const answers = useOpenAnswers()
  const { item, row } = node
  const [first] = useState(() => newRowKey(node, newRowId()))
  const rows =
    node.rows.length > 0 ? node.rows : [{ question: rowQuestion(item, row, first, 1), children: [] }]
  const error = errors.get(node.key)
  const id = fieldId(node.key)
  const name = item.text
  const whole = useWholeName(name)
  const full = item.maxOccurs !== undefined && rows.length >= item.maxOccurs
  const add = () => {
    // The box that was only shown so far is an answer from now on, the new one is the second.
    const key = newRowKey(node, newRowId())
    store.editMany([...(node.rows.length === 0 ? [[first, ''] as const] : []), [key, '']])
    focusSoon(key)
  }
  const remove = async (key: string) => {
    const attached = readAttached(answers[key])
    store.edit(key, null)
    if (attached === null) return
    await store.flush()
    await files.detach([attached.file])
  }
  return (
    <fieldset
      id={id}
      className={classes(fieldStyles.field, error ? fieldStyles.invalid : null)}
      tabIndex={-1}
    >
      <legend className={fieldStyles.legend}>
        {item.prefix ? `${item.prefix} ` : null}
        {name}
        {item.required ? null : <OptionalMark />}
      </legend>
      <FieldHint id={id}>{item.hint}</FieldHint>
      <FieldError id={id}>{error}</FieldError>
      {rows.map(({ question, children }, index) => {
        const number = index + 1
        return (
          <div key={question.key} className={styles.entry}>
            <Question node={question} error={errors.get(question.key)} />
            {renderBelow(children)}
            {node.rows.length > 0 ? (
              <div>
                <Button
                  look="quiet"
                  onClick={() => void remove(question.key)}
                  aria-label={t`Remove ${whole} ${number}`}
                >
                  <Trash2 size={18} aria-hidden />
                  <Trans>Remove</Trans>
                </Button>
              </div>
            ) : null}
          </div>
        )
      })}
      <SuggestedAnswer node={node} />
      {full ? null : (
        <div>
          <Button look="secondary" onClick={add}>
            <Plus size={18} aria-hidden />
            {t`Add another: ${name}`}
          </Button>
        </div>
      )}
    </fieldset>
  )
}
