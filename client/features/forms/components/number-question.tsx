/**
 * A number as typed: what is not a number yet is kept as text, and named when the section is checked. An amount whose
 * form names several units has a list of them beside it; the unit that is chosen is part of the answer.
 */
import { useLingui } from '@lingui/react/macro'
import { useState } from 'react'
import { equalJson } from '../../../../shared/kernel/json.ts'
import { TextField } from '../../../ui/field.tsx'
import { chosenUnit, numberValue, typedNumber } from '../number-value.ts'
import { fieldProps, useAnswer } from '../use-answer.ts'
import type { QuestionProps } from './question.tsx'
import { UnitSelect } from './unit-select.tsx'

export function NumberQuestion({ node, error }: QuestionProps) {
  const { t } = useLingui()
  const [value, change] = useAnswer(node)
  const { item } = node
  const first = item.units[0]
  const [choice, setChoice] = useState<string | undefined>()
  const only = item.units.length === 1 ? (first?.code ?? first?.display) : undefined
  const chosen =
    item.units.length === 0 ? (item.unit?.code ?? item.unit?.display) : (chosenUnit(value) ?? choice ?? only)
  // "1.50" stays as it was typed as long as this page shows it.
  const [shown, setShown] = useState(() => typedNumber(value))
  const same = equalJson(numberValue(shown, item, chosen), value ?? null)
  const text = same ? shown : typedNumber(value)
  const label = item.units.length === 0 ? item.unit?.label : only && first?.label
  return (
    <TextField
      {...fieldProps(node, error)}
      short
      inputMode={item.type === 'integer' ? 'numeric' : 'decimal'}
      autoComplete={item.autocomplete ?? 'off'}
      {...(label && item.units.length < 2 ? { unit: label } : {})}
      {...(item.units.length > 1
        ? {
            unit: (
              <UnitSelect
                label={t`Unit`}
                units={item.units}
                value={chosen}
                onChange={(next) => {
                  setChoice(next)
                  change(numberValue(text, item, next))
                }}
              />
            ),
          }
        : {})}
      value={text}
      onChange={(next) => {
        setShown(next)
        change(numberValue(next, item, chosen))
      }}
    />
  )
}
