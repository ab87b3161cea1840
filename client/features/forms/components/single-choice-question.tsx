/** One answer of several: radios in one column, a drop-down from seven on, and a free answer where the form allows it. */
import { Trans, useLingui } from '@lingui/react/macro'
import { useState } from 'react'
import { Button } from '../../../ui/button.tsx'
import { ChoiceGroup, Option } from '../../../ui/choice.tsx'
import fieldStyles from '../../../ui/field.module.css'
import { describedBy, Field, TextField } from '../../../ui/field.tsx'
import { fieldProps, useAnswer } from '../use-answer.ts'
import type { QuestionProps } from './question.tsx'

const MANY = 7

export function SingleChoiceQuestion({ node, error }: QuestionProps) {
  const { t } = useLingui()
  const [value, change] = useAnswer(node)
  const { item } = node
  const field = fieldProps(node, error)
  const listed = item.options.some((option) => option.token === value)
  const [other, setOther] = useState(false)
  const free = item.type === 'open-choice'
  const isOther = free && (other || (typeof value === 'string' && value !== '' && !listed))

  if (item.type === 'boolean')
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
        <ClearAnswer shown={value !== undefined && !item.required} clear={() => change(null)} />
      </ChoiceGroup>
    )

  if (
    !free &&
    (item.control === 'drop-down' || (item.options.length >= MANY && item.control !== 'radio-button'))
  )
    return (
      <Field {...field}>
        <select
          id={field.id}
          className={fieldStyles.input}
          value={typeof value === 'string' ? value : ''}
          onChange={(event) => change(event.target.value === '' ? null : event.target.value)}
          autoComplete={item.autocomplete ?? 'off'}
          aria-invalid={error ? true : undefined}
          aria-describedby={describedBy(field)}
        >
          <option value="">{t`Choose one`}</option>
          {item.options.map((option) => (
            <option key={option.token} value={option.token}>
              {option.label}
            </option>
          ))}
        </select>
      </Field>
    )

  return (
    <ChoiceGroup {...field} role="radiogroup">
      {item.options.map((option, index) => (
        <Option
          key={option.token}
          id={`${field.id}-${index}`}
          type="radio"
          name={field.id}
          checked={!isOther && value === option.token}
          onChange={() => {
            setOther(false)
            change(option.token)
          }}
        >
          {option.prefix ? `${option.prefix} ${option.label}` : option.label}
        </Option>
      ))}
      {free ? (
        <Option
          id={`${field.id}-other`}
          type="radio"
          name={field.id}
          checked={isOther}
          onChange={() => {
            setOther(true)
            if (listed) change(null)
          }}
        >
          <Trans>Something else</Trans>
        </Option>
      ) : null}
      {isOther ? (
        <TextField
          id={`${field.id}-text`}
          label={t`In your own words`}
          value={typeof value === 'string' && !listed ? value : ''}
          onChange={(text) => change(text === '' ? null : text)}
        />
      ) : null}
      <ClearAnswer shown={value !== undefined && !item.required} clear={() => change(null)} />
    </ChoiceGroup>
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
