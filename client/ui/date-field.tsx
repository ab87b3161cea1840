/**
 * A date as three plain boxes: nothing jumps, nothing is rewritten while it is typed, and any order of editing works.
 * The caller keeps the three texts, so that a half-typed date survives as typed.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import type { ReactNode } from 'react'
import { classes } from './classes.ts'
import type { DateParts } from './date-parts.ts'
import styles from './field.module.css'
import { describedBy, FieldError, FieldHint, type FieldProps, OptionalMark } from './field.tsx'
import { sealedAutoComplete } from './sealed-auto-complete.ts'

interface DateFieldProps extends FieldProps {
  readonly value: DateParts
  readonly onChange: (value: DateParts) => void
  /** Date of birth: the browser may fill it in. */
  readonly birthday?: boolean
  /** One more box: the time of day. */
  readonly after?: ReactNode
}

export function DateField({ value, onChange, birthday, after, ...field }: DateFieldProps) {
  const { t } = useLingui()
  const box = (part: keyof DateParts, label: string, width: string | undefined, length: number) => (
    <label className={styles.box} htmlFor={part === 'month' ? field.id : `${field.id}-${part}`}>
      {label}
      <input
        id={part === 'month' ? field.id : `${field.id}-${part}`}
        className={classes(styles.input, width)}
        type="text"
        inputMode={part === 'month' ? 'text' : 'numeric'}
        maxLength={length}
        value={value[part]}
        onChange={(event) => onChange({ ...value, [part]: event.target.value })}
        autoComplete={sealedAutoComplete(birthday ? `bday-${part}` : 'off', value[part])}
        aria-invalid={field.error ? true : undefined}
      />
    </label>
  )
  return (
    <fieldset
      className={classes(styles.field, field.error ? styles.invalid : null)}
      aria-describedby={describedBy(field)}
    >
      <legend className={styles.legend}>
        {field.label}
        {field.optional ? <OptionalMark /> : null}
      </legend>
      <FieldHint id={field.id}>
        {field.hint ?? <Trans>For example, March 27 1984. The month may be a number or a name.</Trans>}
      </FieldHint>
      <FieldError id={field.id}>{field.error}</FieldError>
      <div className={styles.boxes}>
        {box('month', t`Month`, styles.month, 20)}
        {box('day', t`Day`, styles.two, 2)}
        {box('year', t`Year`, styles.four, 4)}
        {after}
      </div>
    </fieldset>
  )
}
