/** Home: what is next, what is to do, and where the data is. Reads the replica only. */
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import {
  CalendarClock,
  CalendarDays,
  ClipboardCheck,
  ClipboardList,
  FolderOpen,
  MessageCircle,
  Phone,
  Pill,
  ReceiptText,
  RefreshCw,
} from 'lucide-react'
import { openBalances } from '../../../shared/domains/billing/open-balance.ts'
import type { Draft } from '../../../shared/domains/forms/schema.ts'
import { type FormLists, useFormLists } from '../../drafts/draft-list.ts'
import { useFormTitle } from '../../drafts/form-title.ts'
import { useFormProgress } from '../../drafts/use-form-progress.ts'
import { useConversations } from '../../replica/conversations.ts'
import { useGranted } from '../../replica/record-grants.ts'
import { useKnownRefills } from '../../replica/refills.ts'
import { useSessionView, useSyncView } from '../../replica/session-context.tsx'
import { AnsweredProgress } from '../../ui/answered-progress.tsx'
import { buttonClass } from '../../ui/button.tsx'
import { Page, Part } from '../../ui/page.tsx'
import { Card, EmptyState, Notice, Progress } from '../../ui/panel.tsx'
import { dateOf, recentOf } from '../../ui/time.ts'
import { Balance } from './balance.tsx'
import styles from './dashboard.module.css'
import { NextAppointments } from './next-appointments.tsx'
import { useBilling, useRequestsForYou, useUpcoming } from './queries.ts'
import { RefillsUnderWay } from './refills-under-way.tsx'

const FormProgress = ({ draft }: { draft: Draft }) => <AnsweredProgress progress={useFormProgress(draft)} />

function FormToDo({ draft }: { draft: Draft }) {
  const { i18n, t } = useLingui()
  const title = useFormTitle(draft)
  const due = draft.dueAt === undefined ? null : dateOf(i18n.locale, draft.dueAt)
  return (
    <li className={styles.form}>
      <div>
        <h3>{title}</h3>
        {draft.status === 'draft' ? (
          <FormProgress draft={draft} />
        ) : (
          <p className={styles.soft}>{due ? <Trans>Due {due}</Trans> : <Trans>Not started</Trans>}</p>
        )}
      </div>
      <Link
        to="/forms/$draftId"
        params={{ draftId: draft.id }}
        className={buttonClass(draft.status === 'draft' ? 'primary' : 'secondary')}
        aria-label={draft.status === 'draft' ? t`Continue: ${title}` : t`Start: ${title}`}
      >
        {draft.status === 'draft' ? <Trans>Continue</Trans> : <Trans>Start</Trans>}
      </Link>
    </li>
  )
}

function FormsToDo({ lists }: { lists: FormLists }) {
  const open = [...lists.begun, ...lists.toDo]
  if (open.length === 0)
    return (
      <EmptyState icon={ClipboardCheck} title={<Trans>Nothing to fill in</Trans>}>
        <p>
          <Trans>New forms from your practice appear here.</Trans>
        </p>
      </EmptyState>
    )
  return (
    <Card>
      <ul className={styles.list}>
        {open.map((draft) => (
          <FormToDo key={draft.id} draft={draft} />
        ))}
      </ul>
    </Card>
  )
}

function WaitingToSend() {
  const { i18n } = useLingui()
  const sync = useSyncView()
  const time = sync.lastSyncedAt === null ? null : recentOf(i18n.locale, sync.lastSyncedAt, Date.now())
  return (
    <Card>
      <p>
        {sync.unsent > 0 ? (
          <Plural
            value={sync.unsent}
            one="# change is saved on this device and goes out as soon as there is a network."
            other="# changes are saved on this device and go out as soon as there is a network."
          />
        ) : (
          <Trans>Everything you saved has reached the clinic.</Trans>
        )}
      </p>
      <p className={styles.soft}>
        {time ? (
          <Trans>Last exchanged with the clinic: {time}</Trans>
        ) : (
          <Trans>Not exchanged with the clinic yet</Trans>
        )}
      </p>
    </Card>
  )
}

function NewMessages() {
  const unread = useConversations()?.threads.reduce((sum, thread) => sum + thread.unread, 0) ?? 0
  if (unread === 0) return null
  return (
    <Part id="messages" title={<Trans>New messages</Trans>}>
      <Card>
        <div className={styles.form}>
          <p>
            <Plural
              value={unread}
              one="# new message from your practice"
              other="# new messages from your practice"
            />
          </p>
          <Link to="/messages" className={buttonClass()}>
            <Trans>Read</Trans>
          </Link>
        </div>
      </Card>
    </Part>
  )
}

function NextVisits() {
  const upcoming = useUpcoming()
  const forYou = useRequestsForYou() ?? 0
  return (
    <Part id="next" title={<Trans>Next appointments</Trans>}>
      {forYou > 0 ? (
        <Notice icon={CalendarClock} tone="wait">
          <p>
            <Plural
              value={forYou}
              one="Your practice answered a request, and it waits for your choice."
              other="# requests wait for your choice."
            />{' '}
            <Link to="/appointments">
              <Trans>See your requests</Trans>
            </Link>
          </p>
        </Notice>
      ) : null}
      {upcoming ? <NextAppointments appointments={upcoming} /> : null}
    </Part>
  )
}

/** Of somebody else's record, only what was granted: an empty part would say that there is nothing. */
const useSeen = () => ({
  forms: useGranted('forms', 'read'),
  appointments: useGranted('appointments', 'read'),
  prescriptions: useGranted('prescriptions', 'read'),
  billing: useGranted('billing', 'read'),
})

export default function DashboardPage() {
  const { t } = useLingui()
  const { person } = useSessionView()
  const sync = useSyncView()
  const lists = useFormLists()
  const known = useKnownRefills()
  const billing = useBilling()
  const sees = useSeen()
  const firstName = person?.name.split(' ')[0] ?? ''
  return (
    <Page title={firstName ? t`Hello, ${firstName}` : t`Home`} tabTitle={t`Home`} wide>
      {sync.progress !== null && sync.progress < 1 ? (
        <Progress value={sync.progress} of={1}>
          <Trans>Bringing your record to this device</Trans>
        </Progress>
      ) : null}
      <div className={styles.columns}>
        <div className={styles.column}>
          {sees.forms ? (
            <Part id="to-do" title={<Trans>Forms to do</Trans>}>
              {lists ? <FormsToDo lists={lists} /> : null}
            </Part>
          ) : null}
          {sees.appointments ? <NextVisits /> : null}
        </div>
        <div className={styles.column}>
          <NewMessages />
          {sees.prescriptions && known ? (
            <Part id="refills" title={<Trans>Refills</Trans>}>
              <RefillsUnderWay known={known} />
            </Part>
          ) : null}
          {sees.billing && billing ? (
            <Part id="balance" title={<Trans>Balance</Trans>}>
              <Balance balances={openBalances(billing)} now={Date.now()} />
            </Part>
          ) : null}
          <Part id="waiting" title={<Trans>Saved and sent</Trans>}>
            <WaitingToSend />
          </Part>
        </div>
      </div>
      <Part id="quick" title={<Trans>Quick actions</Trans>}>
        <div className={styles.actions}>
          <Link to="/appointments/new" className={styles.action}>
            <CalendarDays size={22} aria-hidden />
            <Trans>Ask for an appointment</Trans>
          </Link>
          <Link to="/forms" className={styles.action}>
            <ClipboardList size={22} aria-hidden />
            <Trans>All forms</Trans>
          </Link>
          <Link to="/messages/new" className={styles.action}>
            <MessageCircle size={22} aria-hidden />
            <Trans>Write to your practice</Trans>
          </Link>
          <Link to="/prescriptions" className={styles.action}>
            <Pill size={22} aria-hidden />
            <Trans>Prescriptions and refills</Trans>
          </Link>
          <Link to="/billing" className={styles.action}>
            <ReceiptText size={22} aria-hidden />
            <Trans>Bills and payments</Trans>
          </Link>
          <Link to="/documents" className={styles.action}>
            <FolderOpen size={22} aria-hidden />
            <Trans>Your documents</Trans>
          </Link>
          <Link to="/sync" className={styles.action}>
            <RefreshCw size={22} aria-hidden />
            <Trans>What is sent</Trans>
          </Link>
          <a href="tel:988" className={styles.action}>
            <Phone size={22} aria-hidden />
            <Trans>Talk to someone now: 988</Trans>
          </a>
        </div>
      </Part>
    </Page>
  )
}
