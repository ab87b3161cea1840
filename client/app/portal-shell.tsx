/** The client's frame: its places, and where the data is. */
import { Trans, useLingui } from '@lingui/react/macro'
import {
  CalendarDays,
  ClipboardList,
  FolderOpen,
  House,
  LogOut,
  MessageCircle,
  Pill,
  ReceiptText,
  RefreshCw,
  UserRound,
} from 'lucide-react'
import { Fragment, lazy, type ReactNode, Suspense } from 'react'
import { SendDueMessages } from '../features/messages/send-due.tsx'
import { WornPreferences } from '../features/profile/components/worn-preferences.tsx'
import { RemoveFromDevice } from '../features/sign-in/remove-from-device.tsx'
import { useSessionView, useSyncView } from '../replica/session-context.tsx'
import { LinkStatus } from '../ui/item-status.tsx'
import { TabMark } from '../ui/page.tsx'
import { Shell } from '../ui/shell.tsx'
import { useLastPlace } from './last-place.ts'
import { PrintHead } from './print-head.tsx'
import { isWithinReach } from './record-reach.ts'
import { WhoseRecord } from './whose-record.tsx'
import { WithinReach } from './within-reach.tsx'

const NewerTerms = lazy(() => import('../features/account-access/newer-terms.tsx'))
const ConnectAgain = lazy(() => import('../features/sign-in/connect-again.tsx'))

export function PortalShell({ children }: { children: ReactNode }) {
  const { t } = useLingui()
  const { record } = useSessionView()
  const isOthers = record?.own === false
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
      banner={<WhoseRecord />}
      items={[
        { to: '/', label: t`Home`, icon: House, exact: true },
        { to: '/appointments', label: t`Visits`, icon: CalendarDays },
        { to: '/messages', label: t`Messages`, icon: MessageCircle },
        { to: '/forms', label: t`Forms`, icon: ClipboardList },
        { to: '/prescriptions', label: t`Prescriptions`, icon: Pill, besideOnly: true },
        { to: '/billing', label: t`Billing`, icon: ReceiptText, besideOnly: true },
        { to: '/documents', label: t`Documents`, icon: FolderOpen, besideOnly: true },
        { to: '/sync', label: t`Sync`, icon: RefreshCw, besideOnly: true },
        { to: '/account', label: t`Account`, icon: UserRound },
      ].filter(({ to }) => isWithinReach(record, to))}
      statusLeadsTo={{ to: '/sync', label: t`Sync:` }}
      leave={(words) => (
        <RemoveFromDevice look="quiet">
          <LogOut size={18} aria-hidden />
          <span className={words === 'heard' ? 'visually-hidden' : undefined}>
            <Trans>Sign out</Trans>
          </span>
        </RemoveFromDevice>
      )}
    >
      {link === 'sign-in-needed' ? (
        <Suspense>
          <ConnectAgain />
        </Suspense>
      ) : null}
      <Suspense>
        <NewerTerms />
      </Suspense>
      <TabMark value={isOthers ? t`Another person’s record` : ''}>
        {/* Nothing that a page remembers goes from one record to the next. */}
        <Fragment key={record?.client ?? ''}>
          <PrintHead />
          <SendDueMessages />
          <WornPreferences />
          <WithinReach>{children}</WithinReach>
        </Fragment>
      </TabMark>
    </Shell>
  )
}
