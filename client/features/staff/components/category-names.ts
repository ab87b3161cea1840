/** What kind of document something is, as staff choose it. */
import { useLingui } from '@lingui/react/macro'
import type { Category } from '../documents-data.ts'

export function useCategoryNames(): Readonly<Record<Category, string>> {
  const { t } = useLingui()
  return {
    letter: t`Letter`,
    'care-plan': t`Care plan`,
    'lab-result': t`Lab result`,
    consent: t`Consent`,
    education: t`Information`,
    other: t`Other`,
  }
}
