import { useLingui } from '@lingui/react/macro'
import { DateField } from '../../../ui/date-field.tsx'
import type { DateParts } from '../../../ui/date-parts.ts'

interface BirthDateFieldProps {
  readonly value: DateParts
  readonly onChange: (value: DateParts) => void
  readonly error?: string | undefined
}

export function BirthDateField(props: BirthDateFieldProps) {
  const { t } = useLingui()
  return <DateField id="born" label={t`Date of birth`} birthday {...props} />
}
