/** Submissions that wait for review, the flagged ones first (the server's order). */
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { Flag, Inbox as InboxIcon } from 'lucide-react'
import { Page } from '../../ui/page.tsx'
import { Status } from '../../ui/panel.tsx'
import { recentOf } from '../../ui/time.ts'
import { ServerList } from './components/server-list.tsx'
import styles from './staff.module.css'
import { type InboxItem, inboxPath, readInbox } from './staff-data.ts'
import { useServerData } from './use-server-data.ts'

function InboxLine({ item }: { item: InboxItem }) {
  const { i18n } = useLingui()
  const time = recentOf(i18n.locale, item.receivedAt, Date.now())
  return (
    <li>
      <Link
        to="/staff/submissions/$submissionId"
        params={{ submissionId: item.submissionId }}
        search={{ client: item.clientId }}
        className={styles.line}
      >
        <span className={styles.who}>
          <strong>{item.clientName}</strong>
          <span>{item.title}</span>
        </span>
        {item.flagged ? (
          <Status icon={Flag} tone="bad" pill>
            <Trans>Needs attention now</Trans>
          </Status>
        ) : null}
        <span className={styles.soft}>
          <Trans>Received {time}</Trans>
        </span>
      </Link>
    </li>
  )
}

export function InboxPage({ cursor }: { cursor?: string }) {
  const { t } = useLingui()
  const { data, again } = useServerData(inboxPath(cursor), readInbox)
  const inbox = data.state === 'ready' ? data.value : null
  const flagged = inbox?.items.filter((item) => item.flagged).length ?? 0
  return (
    <Page
      title={t`Inbox`}
      wide
      lead={
        inbox ? (
          <>
            <Plural
              value={inbox.items.length}
              _0="Nothing waits for review"
              one="# form to review"
              other="# forms to review"
            />
            {flagged > 0 ? (
              <>
                {' · '}
                <Plural value={flagged} one="# needs attention now" other="# need attention now" />
              </>
            ) : null}
          </>
        ) : null
      }
    >
      <ServerList
        data={data}
        again={again}
        empty={{
          icon: InboxIcon,
          title: <Trans>All caught up</Trans>,
          text: <Trans>New submissions of your clients appear here.</Trans>,
        }}
        line={(item) => <InboxLine key={item.submissionId} item={item} />}
        more={(cursor) => (
          <Link to="/staff" search={{ after: cursor }}>
            <Trans>More</Trans>
          </Link>
        )}
      />
    </Page>
  )
}
