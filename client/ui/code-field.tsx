/** A box for a code that is typed over: digits alone get the number pad, and the browser may fill in what it received. */
import type { Ref } from 'react'
import { classes } from './classes.ts'
import styles from './field.module.css'
import { describedBy, Field, type FieldProps } from './field.tsx'

interface CodeFieldProps extends FieldProps {
  readonly value: string
  readonly onChange: (value: string) => void
  /** Six digits; else letters too. */
  readonly digits: boolean
  readonly inputRef?: Ref<HTMLInputElement>
}

export function CodeField({ value, onChange, digits, inputRef, ...field }: CodeFieldProps) {
  return (
    <Field {...field}>
      <input
        ref={inputRef}
        id={field.id}
        name={field.id}
        className={classes(styles.input, digits && styles.short)}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        inputMode={digits ? 'numeric' : 'text'}
        autoComplete={digits ? 'one-time-code' : 'off'}
        autoCapitalize="none"
        spellCheck={false}
        maxLength={digits ? 12 : 30}
        aria-invalid={field.error ? true : undefined}
        aria-describedby={describedBy(field)}
      />
    </Field>
  )
}
