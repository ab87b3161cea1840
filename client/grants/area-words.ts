/** The areas of a record in words: what somebody who was given one may see, or also do. */
import { useLingui } from '@lingui/react/macro'
import type { GrantScope } from '../../shared/domains/grants/scopes.ts'

export interface AreaWords {
  readonly name: string
  readonly read: string
  /** Absent where there is nothing to do but look. */
  readonly write?: string
}

export function useAreaWords(): Readonly<Record<GrantScope, AreaWords>> {
  const { t } = useLingui()
  return {
    appointments: {
      name: t`Appointments`,
      read: t`See appointments`,
      write: t`See, request and cancel appointments`,
    },
    messages: { name: t`Messages`, read: t`Read messages`, write: t`Read and send messages` },
    forms: {
      name: t`Forms`,
      read: t`See forms that were handed in`,
      write: t`Fill in and hand in forms`,
    },
    documents: { name: t`Documents`, read: t`See shared documents` },
    billing: { name: t`Billing`, read: t`See statements and payments` },
    prescriptions: {
      name: t`Prescriptions`,
      read: t`See prescriptions`,
      write: t`See prescriptions and request refills`,
    },
    profile: {
      name: t`Profile`,
      read: t`See contact details`,
      write: t`See contact details, change preferences`,
    },
  }
}
