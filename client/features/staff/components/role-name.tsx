import { Trans } from '@lingui/react/macro'
import type { StaffRole } from '../accounts-data.ts'

export function RoleName({ role }: { role: StaffRole }) {
  if (role === 'clinician') return <Trans>Clinician</Trans>
  return role === 'admin' ? <Trans>Practice admin</Trans> : <Trans>Front desk</Trans>
}
