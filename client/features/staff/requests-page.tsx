/** Requests for appointments that wait for an answer, the oldest first; one opens beside or below its line. */
import { Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { CalendarCheck2, CircleAlert, RefreshCw } from 'lucide-react'
import { Button } from '../../ui/button.tsx'
import { Page } from '../../ui/page.tsx'
import { EmptyState, Status } from '../../ui/panel.tsx'
import { recentOf } from '../../ui/time.ts'
import { NotReady } from './components/not-ready.tsx'
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
  const page = data.state === 'ready' ? data.value : null
  return (
    <Page
      title={t`Requests`}
      wide
      lead={<Trans>What clients ask about appointments, the oldest first.</Trans>}
    >
      <div>
        <Button look="secondary" onClick={again}>
          <RefreshCw size={18} aria-hidden />
          <Trans>Refresh</Trans>
        </Button>
      </div>
      <NotReady data={data} again={again} />
      {page?.items.length === 0 ? (
        <EmptyState icon={CalendarCheck2} title={<Trans>All decided</Trans>}>
          <p>
            <Trans>New requests of clients appear here.</Trans>
          </p>
        </EmptyState>
      ) : null}
      {page && page.items.length > 0 ? (
        <ul className={styles.list}>
          {page.items.map((item) => (
            <RequestLine key={item.requestId} item={item} />
          ))}
        </ul>
      ) : null}
      {page?.next ? (
        <Link to="/staff/requests" search={{ after: page.next }}>
          <Trans>More</Trans>
        </Link>
      ) : null}
    </Page>
  )
}
