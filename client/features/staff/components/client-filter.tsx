/** Whose record: found by a part of the name, on the server, for a practice has more clients than a list can show. */
import { Trans, useLingui } from '@lingui/react/macro'
import { useState } from 'react'
import fieldStyles from '../../../ui/field.module.css'
import { Field, TextField } from '../../../ui/field.tsx'
import { useSettled } from '../../../ui/use-settled.ts'
import { clientAccounts, readClientAccounts } from '../accounts-data.ts'
import type { Named } from '../audit-data.ts'
import { useServerData } from '../use-server-data.ts'

/** Each name that is looked for is in the audit trail: not every letter of it. */
const STILL_MS = 400

interface ClientFilterProps {
  /** The client's id; empty: any. */
  readonly value: string
  readonly onChange: (client: string) => void
}

export function ClientFilter({ value, onChange }: ClientFilterProps) {
  const { t } = useLingui()
  const [typed, setTyped] = useState('')
  const [chosen, setChosen] = useState<Named | null>(null)
  const search = useSettled(typed.trim(), STILL_MS)
  const { data } = useServerData(clientAccounts(search), readClientAccounts)
  const found = data.state === 'ready' ? data.value : null
  const listed = found?.items.map(({ clientId: id, name }): Named => ({ id, name })) ?? []
  // Who was chosen stays so, whatever is looked for next.
  const kept =
    chosen !== null && value === chosen.id && !listed.some(({ id }) => id === value) ? [chosen] : []
  return (
    <>
      <TextField
        id="audit-client-name"
        label={t`Find a client by name`}
        value={typed}
        onChange={setTyped}
        spellCheck={false}
      />
      <Field
        id="audit-client"
        label={t`In the record of`}
        hint={found?.next ? <Trans>There are more: type more of the name.</Trans> : null}
      >
        <select
          id="audit-client"
          className={fieldStyles.input}
          value={value}
          aria-describedby={found?.next ? 'audit-client-hint' : undefined}
          onChange={({ target }) => {
            setChosen([...kept, ...listed].find(({ id }) => id === target.value) ?? null)
            onChange(target.value)
          }}
        >
          <option value="">{t`Any client`}</option>
          {[...kept, ...listed].map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      </Field>
    </>
  )
}
