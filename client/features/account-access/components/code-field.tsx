/** Six digits from a mail. Pasted with spaces, or filled in by the device where it can. */
import { useLingui } from '@lingui/react/macro'
import { TextField } from '../../../ui/field.tsx'
import styles from '../account-access.module.css'

interface CodeFieldProps {
  readonly value: string
  readonly onChange: (value: string) => void
  readonly error?: string | undefined
}

export function CodeField(props: CodeFieldProps) {
  const { t } = useLingui()
  return (
    <div className={styles.code}>
      <TextField
        id="code"
        label={t`Code`}
        hint={t`Six digits, from the message.`}
        inputMode="numeric"
        autoComplete="one-time-code"
        spellCheck={false}
        {...props}
      />
    </div>
  )
}
