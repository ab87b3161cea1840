/** A password box that password managers and pasting work with, and that can be shown while typing. */
import { Trans, useLingui } from '@lingui/react/macro'
import { type ReactNode, type Ref, useState } from 'react'
import styles from './field.module.css'
import { describedBy, Field, type FieldProps } from './field.tsx'

interface PasswordFieldProps extends FieldProps {
  readonly value: string
  readonly onChange: (value: string) => void
  readonly inputRef?: Ref<HTMLInputElement>
  /** Tells password managers whether to fill one in or to make one up. */
  readonly autoComplete?: 'current-password' | 'new-password'
  /** Shown below the box. */
  readonly below?: ReactNode
}

export function PasswordField({
  value,
  onChange,
  inputRef,
  autoComplete = 'current-password',
  below,
  ...field
}: PasswordFieldProps) {
  const { t } = useLingui()
  const [shown, setShown] = useState(false)
  return (
    <Field {...field}>
      <div className={styles.reveal}>
        <input
          ref={inputRef}
          id={field.id}
          name={autoComplete === 'new-password' ? 'new-password' : 'password'}
          className={styles.input}
          type={shown ? 'text' : 'password'}
          value={value}
          onChange={(event) => onChange(event.target.value)}
          autoComplete={autoComplete}
          autoCapitalize="none"
          spellCheck={false}
          aria-invalid={field.error ? true : undefined}
          aria-describedby={describedBy(field)}
        />
        <button
          type="button"
          onClick={() => setShown(!shown)}
          aria-label={shown ? t`Hide the typed characters` : t`Show the typed characters`}
        >
          {shown ? <Trans>Hide</Trans> : <Trans>Show</Trans>}
        </button>
      </div>
      {below}
    </Field>
  )
}
