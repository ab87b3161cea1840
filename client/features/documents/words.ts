/** Words for what kind of document something is, and how large. */
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

const KILO = 1_000

/** As devices say it: `48 kB`, `1.2 MB`. */
export function sizeOf(locale: string, bytes: number): string {
  const isSmall = bytes < KILO * KILO
  const value = isSmall ? Math.max(1, Math.round(bytes / KILO)) : bytes / KILO / KILO
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: isSmall ? 'kilobyte' : 'megabyte',
    maximumFractionDigits: isSmall ? 0 : 1,
  }).format(value)
}
