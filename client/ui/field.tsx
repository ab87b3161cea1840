/**
 * A labelled field with hint and error, wired for assistive technology. Optional is marked, required is not. Values
 * are controlled by the caller; nothing here validates, and the browser's own validation is never used.
 */
import { Trans } from '@lingui/react/macro'
import { CircleAlert } from 'lucide-react'
import type { ReactNode, Ref, TextareaHTMLAttributes } from 'react'
import { classes } from './classes.ts'
import styles from './field.module.css'
import { sealedAutoComplete } from './sealed-auto-complete.ts'

export interface FieldProps {
  /** Of the control; the hint's and the error's ids are made from it. */
  readonly id: string
  readonly label: ReactNode
  readonly hint?: ReactNode
  readonly error?: ReactNode
  readonly optional?: boolean
}

export const describedBy = ({ id, hint, error }: Pick<FieldProps, 'id' | 'hint' | 'error'>) =>
  classes(hint ? `${id}-hint` : null, error ? `${id}-error` : null) || undefined

export const OptionalMark = () => (
  <span className={styles.optional}>
    {' '}
    <Trans>(optional)</Trans>
  </span>
)

export const FieldHint = ({ id, children }: { id: string; children: ReactNode }) =>
  children ? (
    <p id={`${id}-hint`} className={styles.hint}>
      {children}
    </p>
  ) : null

export const FieldError = ({ id, children }: { id: string; children: ReactNode }) =>
  children ? (
    <p id={`${id}-error`} className={styles.error}>
      <CircleAlert size={20} aria-hidden />
      <span>{children}</span>
    </p>
  ) : null

export function Field({ id, label, hint, error, optional, children }: FieldProps & { children: ReactNode }) {
  return (
    <div className={classes(styles.field, error ? styles.invalid : null)}>
      <label htmlFor={id} className={styles.label}>
        {label}
        {optional ? <OptionalMark /> : null}
      </label>
      <FieldHint id={id}>{hint}</FieldHint>
      <FieldError id={id}>{error}</FieldError>
      {children}
    </div>
  )
}

interface TextFieldProps extends FieldProps {
  readonly value: string
  readonly onChange: (value: string) => void
  readonly type?: 'text' | 'email' | 'tel' | 'url' | 'time'
  readonly autoComplete?: string
  readonly inputMode?: 'text' | 'numeric' | 'decimal' | 'email' | 'tel' | 'url'
  readonly short?: boolean
  /** Behind the box: the unit, or the choice of one. */
  readonly unit?: ReactNode
  readonly readOnly?: boolean
  readonly spellCheck?: boolean
  readonly name?: string
  readonly onBlur?: () => void
}

export function TextField({
  value,
  onChange,
  short,
  unit,
  type = 'text',
  autoComplete = 'off',
  inputMode,
  readOnly,
  spellCheck,
  name,
  onBlur,
  ...field
}: TextFieldProps) {
  const input = (
    <input
      id={field.id}
      name={name}
      className={classes(styles.input, short && styles.short)}
      type={type}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      onBlur={onBlur}
      autoComplete={sealedAutoComplete(autoComplete, value)}
      inputMode={inputMode}
      readOnly={readOnly}
      spellCheck={spellCheck}
      aria-invalid={field.error ? true : undefined}
      aria-describedby={describedBy(field)}
    />
  )
  return (
    <Field {...field}>
      {unit ? (
        <div className={styles.withUnit}>
          {input}
          {typeof unit === 'string' ? <span>{unit}</span> : unit}
        </div>
      ) : (
        input
      )}
    </Field>
  )
}

interface TextAreaProps
  extends FieldProps,
    Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, 'id' | 'onChange' | 'value'> {
  readonly value: string
  readonly onChange: (value: string) => void
  readonly inputRef?: Ref<HTMLTextAreaElement>
}

export function TextArea({ id, label, hint, error, optional, onChange, inputRef, ...rest }: TextAreaProps) {
  return (
    <Field id={id} label={label} hint={hint} error={error} optional={optional ?? false}>
      <textarea
        rows={4}
        {...rest}
        id={id}
        ref={inputRef}
        className={classes(styles.input, styles.area)}
        onChange={(event) => onChange(event.target.value)}
        aria-invalid={error ? true : undefined}
        aria-describedby={describedBy({ id, hint, error })}
      />
    </Field>
  )
}
