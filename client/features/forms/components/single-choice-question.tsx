/** One answer of several: radios in one column, a drop-down from seven on, and a free answer where the form allows it. */
import { Trans, useLingui } from '@lingui/react/macro'
import { useState } from 'react'
import type { Item } from '../../../../shared/questionnaire/questionnaire.ts'
import { Button } from '../../../ui/button.tsx'
import { ChoiceGroup, Option } from '../../../ui/choice.tsx'
import fieldStyles from '../../../ui/field.module.css'
import { describedBy, Field, type FieldProps, TextField } from '../../../ui/field.tsx'
import { fieldProps, useAnswer } from '../use-answer.ts'
import type { QuestionProps } from './question.tsx'

const MANY = 7
/** No token of an option holds a line break. */
const OTHER = '\n'

const isDropDown = ({ control, options }: Item): boolean =>
  control === 'drop-down' || (options.length >= MANY && control !== 'radio-button')

interface ListProps {
  readonly item: Item
  readonly field: FieldProps
  /** Token of the option that is chosen, or OTHER. */
  readonly chosen: string | null
  readonly choose: (token: string | null) => void
}

function DropDown({ item, field, chosen, choose }: ListProps) {
  const { t } = useLingui()
  return (
    <Field {...field}>
      <select
        id={field.id}
        className={fieldStyles.input}
        value={chosen ?? ''}
        onChange={({ target }) => choose(target.value === '' ? null : target.value)}
        autoComplete={item.autocomplete ?? 'off'}
        aria-invalid={field.error ? true : undefined}
        aria-describedby={describedBy(field)}
      >
        <option value="">{t`Choose one`}</option>
        {item.options.map((option) => (
          <option key={option.token} value={option.token}>
            {option.label}
          </option>
        ))}
        {item.type === 'open-choice' ? <option value={OTHER}>{t`Something else`}</option> : null}
      </select>
    </Field>
  )
}

function Radios({ item, field, chosen, choose }: ListProps) {
  const { t } = useLingui()
  const options = [
    ...item.options.map(({ token, prefix, label }) => ({
      token,
      label: prefix ? `${prefix} ${label}` : label,
    })),
    ...(item.type === 'open-choice' ? [{ token: OTHER, label: t`Something else` }] : []),
  ]
  return (
    <ChoiceGroup {...field} role="radiogroup">
      {options.map(({ token, label }, index) => (
        <Option
          key={token}
          id={token === OTHER ? `${field.id}-other` : `${field.id}-${index}`}
          type="radio"
          name={field.id}
          checked={chosen === token}
          onChange={() => choose(token)}
        >
          {label}
        </Option>
      ))}
      <ClearAnswer shown={chosen !== null && !item.required} clear={() => choose(null)} />
    </ChoiceGroup>
  )
}

export function YesNoQuestion({ node, error }: QuestionProps) {
  const { t } = useLingui()
  const [value, change] = useAnswer(node)
  const field = fieldProps(node, error)
  return (
    <ChoiceGroup {...field} role="radiogroup">
      {([true, false] as const).map((answer) => (
        <Option
          key={String(answer)}
          id={`${field.id}-${answer ? 0 : 1}`}
          type="radio"
          name={field.id}
          checked={value === answer}
          onChange={() => change(answer)}
        >
          {answer ? t`Yes` : t`No`}
        </Option>
      ))}
      <ClearAnswer shown={value !== undefined && !node.item.required} clear={() => change(null)} />
    </ChoiceGroup>
  )
}

export function SingleChoiceQuestion({ node, error }: QuestionProps) {
  const { t } = useLingui()
  const [value, change] = useAnswer(node)
  const [other, setOther] = useState(false)
  const { item } = node
  const field = fieldProps(node, error)
  const text = value === undefined || typeof value === 'object' ? '' : String(value)
  const listed = item.options.some((option) => option.token === text)
  const isOther = item.type === 'open-choice' && (other || (text !== '' && !listed))
  const choose = (token: string | null) => {
    setOther(token === OTHER)
    // Going over to words of one's own takes the option away, not words that are there already.
    if (token === OTHER) return listed ? change(null) : undefined
    // A list of numbers: the answer is the number.
    change(token !== null && item.type === 'integer' ? Number(token) : token)
  }
  const List = isDropDown(item) ? DropDown : Radios
  return (
    <>
      <List item={item} field={field} chosen={isOther ? OTHER : listed ? text : null} choose={choose} />
      {isOther ? (
        <TextField
          id={`${field.id}-text`}
          label={t`In your own words`}
          value={listed ? '' : text}
          onChange={(words) => change(words === '' ? null : words)}
        />
      ) : null}
    </>
  )
}

/** A radio cannot be un-chosen by itself: an optional answer needs a way back. */
function ClearAnswer({ shown, clear }: { shown: boolean; clear: () => void }) {
  if (!shown) return null
  return (
    <div>
      <Button look="quiet" onClick={clear}>
        <Trans>Clear answer</Trans>
      </Button>
    </div>
  )
}
