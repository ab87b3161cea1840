/**
 * A number as typed: what is not a number yet is kept as text, and named when the section is checked. An amount whose
 * form names several units has a list of them beside it; the unit that is chosen is part of the answer.
 */
import { useLingui } from '@lingui/react/macro'
import { useState } from 'react'
import { equalJson } from '../../../../shared/kernel/json.ts'
import { offeredUnits, unitNamed } from '../../../../shared/questionnaire/units.ts'
import { TextField } from '../../../ui/field.tsx'
import { chosenUnit, numberValue, typedNumber } from '../number-value.ts'
import { fieldProps, useAnswer } from '../use-answer.ts'
import type { QuestionProps } from './question.tsx'
import { UnitSelect } from './unit-select.tsx'

export function NumberQuestion({ node, error }: QuestionProps) {
  const { t } = useLingui()
  const [value, change] = useAnswer(node)
  const { item } = node
  const [choice, setChoice] = useState<string | undefined>()
  const offered = offeredUnits(item)
  const only = offered.length === 1 ? offered[0] : undefined
  const named = chosenUnit(value)
  const chosen = named ?? choice ?? only?.code ?? only?.display
  // An answer may come from another version of the form, in a unit that is gone: whoever gave it says what it is now.
  const isForeign = named !== undefined && offered.length > 0 && unitNamed(offered, named) === undefined
  const isChoice = offered.length > 1 || isForeign
  // "1.50" stays as it was typed as long as this page shows it.
  const [shown, setShown] = useState(() => typedNumber(value))
  const same = equalJson(numberValue(shown, item, chosen), value ?? null)
  const text = same ? shown : typedNumber(value)
  return (
    <TextField
      {...fieldProps(node, error)}
      short
      inputMode={item.type === 'integer' ? 'numeric' : 'decimal'}
      autoComplete={item.autocomplete ?? 'off'}
      {...(only?.label && !isChoice ? { unit: only.label } : {})}
      {...(isChoice
        ? {
            unit: (
              <UnitSelect
                label={t`Unit`}
                units={offered}
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
