/** The units in which an amount may be given. */
import { useLingui } from '@lingui/react/macro'
import type { Unit } from '../../../../shared/questionnaire/questionnaire.ts'
import { unitNamed } from '../../../../shared/questionnaire/units.ts'
import styles from '../../../ui/field.module.css'

interface UnitSelectProps {
  readonly label: string
  readonly units: readonly Unit[]
  readonly value: string | undefined
  readonly onChange: (unit: string | undefined) => void
}

export function UnitSelect({ label, units, value, onChange }: UnitSelectProps) {
  const { t } = useLingui()
  const names = units.flatMap(({ code, display, label }) =>
    (code ?? display) ? [[code ?? display, label]] : [],
  )
  const known = unitNamed(units, value)
  return (
    <select
      aria-label={label}
      className={styles.input}
      value={known ? (known.code ?? known.display) : ''}
      onChange={(event) => onChange(event.target.value === '' ? undefined : event.target.value)}
      autoComplete="off"
    >
      <option value="">{t`Choose a unit`}</option>
      {names.map(([token, name]) => (
        <option key={token} value={token}>
          {name}
        </option>
      ))}
    </select>
  )
}
