/** Requests for appointments that wait for an answer, the oldest first; one opens beside or below its line. */
import { Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { CalendarCheck2, CircleAlert } from 'lucide-react'
import { Page } from '../../ui/page.tsx'
import { Status } from '../../ui/panel.tsx'
import { recentOf } from '../../ui/time.ts'
import { ServerList } from './components/server-list.tsx'
import { readRequests, requestsPath, type ToDecide } from './request-data.ts'
import { useRequestKinds } from './request-kinds.ts'
import styles from './staff.module.css'
import { useServerData } from './use-server-data.ts'

function RequestLine({ item }: { item: ToDecide }) {
  const { i18n } = useLingui()
  const kinds = useRequestKinds()
  const time = recentOf(i18n.locale, item.requestedAt, Date.now())
  return (
    <li>
      <Link
        to="/staff/requests/$requestId"
        params={{ requestId: item.requestId }}
        search={{ client: item.clientId }}
        className={styles.line}
      >
        <span className={styles.who}>
          <strong>{item.clientName}</strong>
          <span>{kinds[item.kind]}</span>
        </span>
        {item.status === 'needs-review' ? (
          <Status icon={CircleAlert} tone="wait" pill>
            <Trans>Changed meanwhile</Trans>
          </Status>
        ) : null}
        <span className={styles.soft}>
          <Trans>Asked {time}</Trans>
        </span>
      </Link>
    </li>
  )
}

export function RequestsPage({ cursor }: { cursor?: string }) {
  const { t } = useLingui()
  const { data, again } = useServerData(requestsPath(cursor), readRequests)
  return (
    <Page
      title={t`Requests`}
      wide
      lead={<Trans>What clients ask about appointments, the oldest first.</Trans>}
    >
      <ServerList
        data={data}
        again={again}
        empty={{
          icon: CalendarCheck2,
          title: <Trans>All decided</Trans>,
          text: <Trans>New requests of clients appear here.</Trans>,
        }}
        line={(item) => <RequestLine key={item.requestId} item={item} />}
        more={(cursor) => (
          <Link to="/staff/requests" search={{ after: cursor }}>
            <Trans>More</Trans>
          </Link>
        )}
      />
    </Page>
  )
}
