/** The staff's frame. */
import { Trans, useLingui } from '@lingui/react/macro'
import { CalendarClock, CalendarDays, Inbox, LogOut, MessageCircle, ScrollText } from 'lucide-react'
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
              // Answers and messages are for clinicians; the front desk has the requests.
              ...(person?.role === 'clinician'
                ? [
                    { to: '/staff', label: t`Inbox`, icon: Inbox, exact: true },
                    { to: '/staff/messages', label: t`Messages`, icon: MessageCircle },
                  ]
                : []),
              { to: '/staff/requests', label: t`Requests`, icon: CalendarClock },
              { to: '/staff/day', label: t`Day`, icon: CalendarDays },
            ]
      }
    >
      {children}
    </Shell>
  )
}
