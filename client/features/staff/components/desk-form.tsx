/** What the office took itself: how much, how, and what it is found by. */
import { Trans, useLingui } from '@lingui/react/macro'
import { useState } from 'react'
import { DESK_WAYS, LONGEST_REFERENCE } from '../../../../shared/domains/billing/limits.ts'
import type { Statement } from '../../../../shared/domains/billing/schema.ts'
import { ChoiceGroup, Option } from '../../../ui/choice.tsx'
import { TextField } from '../../../ui/field.tsx'
import { MoneyForm } from './money-form.tsx'

type Way = (typeof DESK_WAYS)[number]

export function useDeskWays(): Readonly<Record<Way, string>> {
  const { t } = useLingui()
  return { cash: t`Cash`, check: t`Paper check`, card: t`Card at the desk`, transfer: t`Bank transfer` }
}

interface DeskFormProps {
  readonly statement: Statement
  readonly onCancel: () => void
  /** Null when it was written down; else why not, by its code. */
  readonly onSubmit: (body: unknown, key: string) => Promise<string | null>
}

export function DeskForm({ statement, onCancel, onSubmit }: DeskFormProps) {
  const { t } = useLingui()
  const ways = useDeskWays()
  const [how, setHow] = useState<Way>('cash')
  const [reference, setReference] = useState('')
  const { id, balance, currency } = statement
  const given = reference.trim()
  return (
    <MoneyForm
      id={`desk-${id}`}
      label={t`Taken`}
      currency={currency}
      most={balance}
      button={t`Write it down`}
      wish={`${how} ${given}`}
      onCancel={onCancel}
      onSubmit={({ amount, key }) =>
        onSubmit({ statementId: id, amount, how, ...(given !== '' && { reference: given }) }, key)
      }
    >
      <p>
        <Trans>
          For what your record system does not tell the portal of. The client gets a receipt, and the
          statement is less by so much.
        </Trans>
      </p>
      <ChoiceGroup id={`how-${id}`} role="radiogroup" label={t`How`}>
        {DESK_WAYS.map((way) => (
          <Option
            key={way}
            id={`how-${id}-${way}`}
            type="radio"
            name={`how-${id}`}
            checked={how === way}
            onChange={() => setHow(way)}
          >
            {ways[way]}
          </Option>
        ))}
      </ChoiceGroup>
      <TextField
        id={`reference-${id}`}
        label={t`Reference`}
        hint={t`Such as the number of the check. The client reads it on the receipt.`}
        optional
        value={reference}
        onChange={(value) => setReference(value.slice(0, LONGEST_REFERENCE))}
      />
    </MoneyForm>
  )
}
