/**
 * A day and, if it is known, a time of day. Stored with the zone of this device as soon as both are there, as the day
 * alone where there is no time, and as the typed texts until then.
 */
import { useLingui } from '@lingui/react/macro'
import { useState } from 'react'
import { DateField } from '../../../ui/date-field.tsx'
import fieldStyles from '../../../ui/field.module.css'
import { type DateTimeParts, dateTimePartsOf, dateTimeValue } from '../date-time-value.ts'
import { fieldProps, useAnswer } from '../use-answer.ts'
import type { QuestionProps } from './question.tsx'

export function DateTimeQuestion({ node, error }: QuestionProps) {
  const { i18n, t } = useLingui()
  const [value, change] = useAnswer(node)
  const [shown, setShown] = useState<DateTimeParts>(() => dateTimePartsOf(value))
  const stored = dateTimePartsOf(value)
  const same =
    JSON.stringify(dateTimeValue(shown, i18n.locale)) === JSON.stringify(value ?? null) ||
    (typeof value === 'object' && JSON.stringify(shown) === JSON.stringify(stored))
  const parts = same ? shown : stored
  const props = fieldProps(node, error)
  const put = (next: DateTimeParts) => {
    setShown(next)
    change(dateTimeValue(next, i18n.locale))
  }
  return (
    <DateField
      {...props}
      value={parts}
      onChange={(date) => put({ ...date, time: parts.time })}
      after={
        <label className={fieldStyles.box} htmlFor={`${props.id}-time`}>
          {t`Time, if you know it`}
          <input
            id={`${props.id}-time`}
            className={`${fieldStyles.input} ${fieldStyles.clock}`}
            type="time"
            value={parts.time}
            onChange={(event) => put({ ...parts, time: event.target.value })}
            autoComplete="off"
            aria-invalid={error ? true : undefined}
          />
        </label>
      }
    />
  )
}
