/** The staff's frame. */
import { Trans, useLingui } from '@lingui/react/macro'
import { Inbox, LogOut, MessageCircle, ScrollText } from 'lucide-react'
import type { ReactNode } from 'react'
import { useSession, useSessionView } from '../replica/session-context.tsx'
import { Button } from '../ui/button.tsx'
import { Shell } from '../ui/shell.tsx'

export function StaffShell({ children }: { children: ReactNode }) {
  const { t } = useLingui()
  const session = useSession()
  const { person } = useSessionView()
  return (
    <Shell
      home="/staff"
      status={
        <>
          <p className="visually-hidden">{person?.name}</p>
          <Button look="quiet" onClick={() => session.signOut({ force: false })}>
            <LogOut size={18} aria-hidden />
            <Trans>Sign out</Trans>
          </Button>
        </>
      }
      items={
        person?.role === 'admin'
          ? [{ to: '/staff/audit', label: t`Audit trail`, icon: ScrollText }]
          : [
              { to: '/staff', label: t`Inbox`, icon: Inbox, exact: true },
              ...(person?.role === 'clinician'
                ? [{ to: '/staff/messages', label: t`Messages`, icon: MessageCircle }]
                : []),
            ]
      }
    >
      {children}
    </Shell>
  )
}
