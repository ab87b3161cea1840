/** What is too long for the clinic is said while it is typed: it stays here, and is not cut. */
import { useLingui } from '@lingui/react/macro'
import { MAX_TEXT } from '../../../shared/questionnaire/check-value.ts'

export function useTooLong(maxLength: number | undefined, text: string): string | undefined {
  const { t } = useLingui()
  const most = Math.min(maxLength ?? MAX_TEXT, MAX_TEXT)
  const { length } = text
  return length > most ? t`At most ${most} characters. This has ${length}; shorten it to send it.` : undefined
}
