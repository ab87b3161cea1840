/** The client's frame: four places, and where the data is. */
import { useLingui } from '@lingui/react/macro'
import { ClipboardList, House, RefreshCw, UserRound } from 'lucide-react'
import type { ReactNode } from 'react'
import { LinkStatus } from '../drafts/item-status.tsx'
import { Shell } from '../ui/shell.tsx'
import { useLastPlace } from './last-place.ts'

export function PortalShell({ children }: { children: ReactNode }) {
  const { t } = useLingui()
  useLastPlace()
  return (
    <Shell
      home="/"
      status={<LinkStatus />}
      items={[
        { to: '/', label: t`Home`, icon: House, exact: true },
        { to: '/forms', label: t`Forms`, icon: ClipboardList },
        { to: '/sync', label: t`Sync`, icon: RefreshCw },
        { to: '/account', label: t`Account`, icon: UserRound },
      ]}
    >
      {children}
    </Shell>
  )
}
