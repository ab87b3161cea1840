/** What is looked for in the audit trail. Nothing is asked while it is chosen: each search is itself in the trail. */
import { Trans, useLingui } from '@lingui/react/macro'
import { Search } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { Button, ButtonRow } from '../../../ui/button.tsx'
import fieldStyles from '../../../ui/field.module.css'
import { Field } from '../../../ui/field.tsx'
import { Card } from '../../../ui/panel.tsx'
import styles from '../audit.module.css'
import { ANYTHING, type AuditFilter, type Named } from '../audit-data.ts'
import { useAuditWords } from '../audit-words.ts'
import { ClientFilter } from './client-filter.tsx'

interface SelectProps {
  readonly id: string
  readonly label: string
  readonly any: string
  readonly value: string
  readonly options: readonly Named[]
  readonly onChange: (value: string) => void
}

const Select = ({ id, label, any, value, options, onChange }: SelectProps) => (
  <Field id={id} label={label}>
    <select
      id={id}
      className={fieldStyles.input}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    >
      <option value="">{any}</option>
      {options.map((option) => (
        <option key={option.id} value={option.id}>
          {option.name}
        </option>
      ))}
    </select>
  </Field>
)

interface DayProps {
  readonly id: string
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
}

const Day = ({ id, label, value, onChange }: DayProps) => (
  <Field id={id} label={label}>
    <input
      id={id}
      type="date"
      className={fieldStyles.input}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
  </Field>
)

interface AuditSearchProps {
  /** Those that the events shown so far name. */
  readonly accounts: readonly Named[]
  readonly onSearch: (filter: AuditFilter) => void
}

export function AuditSearch({ accounts, onSearch }: AuditSearchProps) {
  const { t } = useLingui()
  const { actions } = useAuditWords()
  const [filter, setFilter] = useState(ANYTHING)
  const change = (part: keyof AuditFilter) => (value: string) =>
    setFilter((before) => ({ ...before, [part]: value }))
  const search = (event: FormEvent) => {
    event.preventDefault()
    onSearch({ ...filter })
  }
  const clear = () => {
    setFilter(ANYTHING)
    onSearch({ ...ANYTHING })
  }
  const actionNames = Object.entries(actions)
    .map(([id, name]) => ({ id, name }))
    .sort((a, b) => a.name.localeCompare(b.name))
  const outcomes = [
    { id: 'allowed', name: t`Allowed` },
    { id: 'denied', name: t`Refused` },
  ]
  const of = (part: keyof AuditFilter) => ({
    id: `audit-${part}`,
    value: filter[part],
    onChange: change(part),
  })
  return (
    <Card>
      <form onSubmit={search} autoComplete="off" noValidate>
        <div className={styles.search}>
          <ClientFilter value={filter.client} onChange={change('client')} />
          <Select {...of('account')} label={t`Done by`} any={t`Anybody`} options={accounts} />
          <Select {...of('action')} label={t`What was done`} any={t`Anything`} options={actionNames} />
          <Select {...of('outcome')} label={t`Outcome`} any={t`Allowed or refused`} options={outcomes} />
          <Day {...of('from')} label={t`From`} />
          <Day {...of('until')} label={t`Until`} />
        </div>
        <ButtonRow>
          <Button type="submit">
            <Search size={18} aria-hidden />
            <Trans>Search</Trans>
          </Button>
          <Button look="quiet" onClick={clear}>
            <Trans>Clear</Trans>
          </Button>
        </ButtonRow>
      </form>
    </Card>
  )
}
