/** Choices in one column: radios, check-boxes, and a single check-box. Each option is one large target. */
import type { ReactNode } from 'react'
import styles from './choice.module.css'
import { classes } from './classes.ts'
import fieldStyles from './field.module.css'
import { describedBy, FieldError, FieldHint, type FieldProps, OptionalMark } from './field.tsx'

export interface Choice {
  readonly value: string
  readonly label: ReactNode
  readonly note?: ReactNode
}

interface GroupProps extends FieldProps {
  readonly children: ReactNode
  readonly role?: 'radiogroup' | 'group'
}

/** A question as a fieldset whose legend is the question. */
export function ChoiceGroup({ id, label, hint, error, optional, role = 'group', children }: GroupProps) {
  return (
    <fieldset
      id={id}
      role={role}
      className={classes(fieldStyles.field, error ? fieldStyles.invalid : null)}
      aria-describedby={describedBy({ id, hint, error })}
      aria-invalid={role === 'radiogroup' && error ? true : undefined}
      tabIndex={-1}
    >
      <legend className={fieldStyles.legend}>
        {label}
        {optional ? <OptionalMark /> : null}
      </legend>
      <FieldHint id={id}>{hint}</FieldHint>
      <FieldError id={id}>{error}</FieldError>
      <div className={styles.list}>{children}</div>
    </fieldset>
  )
}

interface OptionProps {
  readonly id: string
  readonly type: 'radio' | 'checkbox'
  readonly name: string
  readonly checked: boolean
  readonly onChange: (checked: boolean) => void
  readonly note?: ReactNode
  readonly children: ReactNode
  readonly invalid?: boolean
}

export function Option({ id, type, name, checked, onChange, note, invalid, children }: OptionProps) {
  return (
    <label className={styles.option} htmlFor={id}>
      <input
        id={id}
        type={type}
        name={name}
        checked={checked}
        onChange={(event) => onChange(event.target.checked)}
        aria-invalid={invalid ? true : undefined}
      />
      <span>
        {children}
        {note ? <small>{note}</small> : null}
      </span>
    </label>
  )
}

interface CheckboxGroupProps extends FieldProps {
  readonly choices: readonly Choice[]
  readonly values: ReadonlySet<string>
  readonly onChange: (value: string, checked: boolean) => void
}

export function CheckboxGroup({ choices, values, onChange, ...field }: CheckboxGroupProps) {
  return (
    <ChoiceGroup {...field}>
      {choices.map((choice, index) => (
        <Option
          key={choice.value}
          id={`${field.id}-${index}`}
          type="checkbox"
          name={field.id}
          checked={values.has(choice.value)}
          onChange={(checked) => onChange(choice.value, checked)}
          note={choice.note}
        >
          {choice.label}
        </Option>
      ))}
    </ChoiceGroup>
  )
}
