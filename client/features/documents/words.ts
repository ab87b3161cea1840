/** Words for what kind of document something is. */
import { useLingui } from '@lingui/react/macro'
import type { SharedDocument } from '../../../shared/domains/documents/schema.ts'

export type Category = SharedDocument['category']
export const CATEGORIES: readonly Category[] = [
  'letter',
  'care-plan',
  'lab-result',
  'consent',
  'education',
  'other',
]

export function useCategoryWords(): Readonly<Record<Category, string>> {
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
