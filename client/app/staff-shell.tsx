/** The staff's frame. */
import { Trans, useLingui } from '@lingui/react/macro'
import {
  CalendarClock,
  CalendarDays,
  CalendarPlus,
  ClipboardList,
  IdCard,
  Inbox,
  KeyRound,
  Languages,
  LogOut,
  MailWarning,
  MessageCircle,
  Pill,
  ScrollText,
  ShieldCheck,
  TabletSmartphone,
  UsersRound,
} from 'lucide-react'
import type { ReactNode } from 'react'
import { useSession, useSessionView } from '../replica/session-context.tsx'
import { Button } from '../ui/button.tsx'
import { MorePages } from '../ui/more-pages.tsx'
import styles from '../ui/shell.module.css'
import { type NavItem, Shell } from '../ui/shell.tsx'

/** Of a phone. */
const IN_THE_BAR = 4

export function StaffShell({ children }: { children: ReactNode }) {
  const { t } = useLingui()
  const session = useSession()
  const { person } = useSessionView()
  const role = person?.role
  const pages: readonly NavItem[] = [
    // Answers and messages are for clinicians; the front desk has the requests and the accounts.
    ...(role === 'clinician'
      ? [
          { to: '/staff', label: t`Inbox`, icon: Inbox, exact: true },
          { to: '/staff/messages', label: t`Messages`, icon: MessageCircle },
          { to: '/staff/refills', label: t`Refills`, icon: Pill },
        ]
      : []),
    ...(role === 'admin'
      ? []
      : [
          { to: '/staff/requests', label: t`Requests`, icon: CalendarClock },
          { to: '/staff/day', label: t`Day`, icon: CalendarDays },
          { to: '/staff/slots', label: t`Free times`, icon: CalendarPlus },
        ]),
    ...(role === 'clinician'
      ? []
      : [
          { to: '/staff/clients', label: t`Clients`, icon: UsersRound },
          { to: '/staff/tablets', label: t`Tablets`, icon: TabletSmartphone },
        ]),
    ...(role === 'admin'
      ? [
          { to: '/staff/forms', label: t`Forms`, icon: ClipboardList },
          { to: '/staff/team', label: t`Team`, icon: IdCard },
          { to: '/staff/audit', label: t`Audit trail`, icon: ScrollText },
          { to: '/staff/jobs', label: t`Deliveries`, icon: MailWarning },
        ]
      : []),
    { to: '/staff/password', label: t`Password`, icon: KeyRound },
    { to: '/staff/two-step', label: t`Two-step sign-in`, icon: ShieldCheck },
    { to: '/staff/display', label: t`Language and display`, icon: Languages },
  ]
  return (
    <Shell
      home="/staff"
      items={pages.slice(0, IN_THE_BAR)}
      more={<MorePages items={pages.slice(IN_THE_BAR)} />}
      leave={(words) => (
        <>
          <p className={words === 'heard' ? 'visually-hidden' : styles.person}>{person?.name}</p>
          <Button look="quiet" onClick={() => session.signOut({ force: false })}>
            <LogOut size={18} aria-hidden />
            <span className={words === 'heard' ? 'visually-hidden' : undefined}>
              <Trans>Sign out</Trans>
            </span>
          </Button>
        </>
      )}
    >
      {children}
    </Shell>
  )
}
