import { useLingui } from '@lingui/react/macro'
import type { RequestKind } from '../../../shared/domains/requests/schema.ts'

/** What is asked for, in words. */
export function useRequestKinds(): Readonly<Record<RequestKind, string>> {
  const { t } = useLingui()
  return {
    'new-appointment': t`A new appointment`,
    cancel: t`Cancel an appointment`,
    reschedule: t`Another time`,
  }
}
