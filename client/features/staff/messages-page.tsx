/** The practice's shared inbox of messages: who waits, since when, and who has taken it on. */
import { Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { Hourglass, MessageCircle, TriangleAlert, UserRoundCheck } from 'lucide-react'
import { ButtonRow, buttonClass } from '../../ui/button.tsx'
import { Page } from '../../ui/page.tsx'
import { Status } from '../../ui/panel.tsx'
import { recentOf } from '../../ui/time.ts'
import { ServerList } from './components/server-list.tsx'
import { type InboxThread, messagesPath, readInboxThreads, type Show } from './messages-data.ts'
import styles from './staff.module.css'
import { useServerData } from './use-server-data.ts'

function ThreadLine({ thread }: { thread: InboxThread }) {
  const { i18n } = useLingui()
  const { clientId, threadId, clientName, subject, excerpt, lastAuthor, assigned, unread } = thread
  const since = recentOf(i18n.locale, thread.waitingSince ?? thread.lastAt, Date.now())
  const name = assigned?.name
  return (
    <li>
      <Link to="/staff/messages/$clientId/$threadId" params={{ clientId, threadId }} className={styles.line}>
        <span className={styles.who}>
          <strong>
            {clientName}
            {unread ? (
              <>
                {' '}
                <Trans>(new)</Trans>
              </>
            ) : null}
          </strong>
          <span>{subject}</span>
          <span>
            {lastAuthor}: {excerpt}
          </span>
        </span>
        {thread.urgent ? (
          <Status icon={TriangleAlert} tone="bad" pill>
            <Trans>Urgent</Trans>
          </Status>
        ) : null}
        {name ? (
          <Status icon={UserRoundCheck}>
            <Trans>{name} answers</Trans>
          </Status>
        ) : null}
        {thread.waitingSince === null ? (
          <span className={styles.soft}>{since}</span>
        ) : (
          <Status icon={Hourglass} tone="wait">
            <Trans>Waiting since {since}</Trans>
          </Status>
        )}
      </Link>
    </li>
  )
}

function Filters({ show }: { show: Show }) {
  const { t } = useLingui()
  const names: Record<Show, string> = { waiting: t`Waiting`, mine: t`Taken on by me`, all: t`All` }
  return (
    <nav aria-label={t`Which conversations`}>
      <ButtonRow>
        {(Object.keys(names) as Show[]).map((one) => (
          <Link
            key={one}
            to="/staff/messages"
            search={{ show: one }}
            className={buttonClass(one === show ? 'primary' : 'secondary')}
            aria-current={one === show ? 'true' : undefined}
          >
            {names[one]}
          </Link>
        ))}
      </ButtonRow>
    </nav>
  )
}

export function StaffMessagesPage({ show, cursor }: { show: Show; cursor?: string }) {
  const { t } = useLingui()
  const { data, again } = useServerData(messagesPath(show, cursor), readInboxThreads)
  return (
    <Page title={t`Messages`} wide>
      <Filters show={show} />
      <ServerList
        data={data}
        again={again}
        empty={{
          icon: MessageCircle,
          title: <Trans>Nobody waits here</Trans>,
          text: <Trans>Messages of your clients appear here, the newest first.</Trans>,
        }}
        line={(thread) => <ThreadLine key={thread.threadId} thread={thread} />}
        more={(cursor) => (
          <Link to="/staff/messages" search={{ show, after: cursor }}>
            <Trans>More</Trans>
          </Link>
        )}
      />
    </Page>
  )
}
