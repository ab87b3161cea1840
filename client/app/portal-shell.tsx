/** The client's frame: five places, and where the data is. */
import { useLingui } from '@lingui/react/macro'
import { CalendarDays, ClipboardList, House, RefreshCw, UserRound } from 'lucide-react'
import type { ReactNode } from 'react'
import { useSyncView } from '../replica/session-context.tsx'
import { LinkStatus } from '../ui/item-status.tsx'
import { Shell } from '../ui/shell.tsx'
import { useLastPlace } from './last-place.ts'

export function PortalShell({ children }: { children: ReactNode }) {
  const { t } = useLingui()
  const { link, unsent, items, lastSyncedAt, progress } = useSyncView()
  const attention = items.filter((item) => item.state === 'attention').length
  useLastPlace()
  return (
    <Shell
      home="/"
      status={
        <LinkStatus
          link={link}
          unsent={unsent}
          attention={attention}
          complete={lastSyncedAt !== null && progress === null}
        />
      }
      items={[
        { to: '/', label: t`Home`, icon: House, exact: true },
        { to: '/appointments', label: t`Visits`, icon: CalendarDays },
        { to: '/forms', label: t`Forms`, icon: ClipboardList },
        { to: '/sync', label: t`Sync`, icon: RefreshCw },
        { to: '/account', label: t`Account`, icon: UserRound },
      ]}
    >
      {children}
    </Shell>
  )
}
