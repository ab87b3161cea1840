/** A date: stored as a day once the three boxes name one, and as the three texts until then. */
import { useLingui } from '@lingui/react/macro'
import { useState } from 'react'
import type { AnswerValue } from '../../../../shared/domains/forms/schema.ts'
import { DateField } from '../../../ui/date-field.tsx'
import {
  type DateParts,
  datePartsOf,
  isBlank,
  isoDate,
  NO_DATE,
  partialDate,
} from '../../../ui/date-parts.ts'
import { fieldProps, useAnswer } from '../use-answer.ts'
import type { QuestionProps } from './question.tsx'

const typed = (value: unknown): string => (typeof value === 'string' ? value : '')

function partsOf(value: AnswerValue | undefined): DateParts {
  if (typeof value === 'string') return datePartsOf(value)
  if (typeof value !== 'object') return NO_DATE
  return { month: typed(value.month), day: typed(value.day), year: typed(value.year) }
}

export function DateQuestion({ node, error }: QuestionProps) {
  const { i18n } = useLingui()
  const [value, change] = useAnswer(node)
  // A complete date keeps the words it was typed in ("Mar", "03") as long as this page shows it.
  const [shown, setShown] = useState<DateParts>(() => partsOf(value))
  const stored = partsOf(value)
  const birthday = node.item.autocomplete === 'bday' || /(^|-)(dob|birth)/.test(node.item.linkId)
  const dateOf = (parts: DateParts) =>
    isoDate(parts, i18n.locale) ?? (birthday ? null : partialDate(parts, i18n.locale))
  const same = typeof value === 'string' ? dateOf(shown) === value : isEqual(shown, stored)
  return (
    <DateField
      {...fieldProps(node, error)}
      birthday={birthday && node.item.autocomplete !== 'off'}
      value={same ? shown : stored}
      onChange={(parts) => {
        setShown(parts)
        change(isBlank(parts) ? null : (dateOf(parts) ?? { ...parts }))
      }}
    />
  )
}

const isEqual = (a: DateParts, b: DateParts): boolean =>
  a.month === b.month && a.day === b.day && a.year === b.year
