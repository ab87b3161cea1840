/** One more factor, asked for only once the practice's server says that this account has one. */
import { useLingui } from '@lingui/react/macro'
import { TextField } from '../../../ui/field.tsx'

export function FactorField({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const { t } = useLingui()
  return (
    <TextField
      id="factor"
      label={t`Code of your second step`}
      hint={t`From your authenticator app, or one of your recovery codes.`}
      autoComplete="one-time-code"
      spellCheck={false}
      value={value}
      onChange={onChange}
    />
  )
}
