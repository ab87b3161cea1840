/** Refills of the clients one looks after: what waits for a decision, and what is under way. */
import { Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { Pill } from 'lucide-react'
import { ButtonRow, buttonClass } from '../../ui/button.tsx'
import { Page } from '../../ui/page.tsx'
import { recentOf } from '../../ui/time.ts'
import { ServerList } from './components/server-list.tsx'
import { type RefillLine, type RefillShow, readRefills, refillsPath } from './refill-data.ts'
import { useRefillStates } from './refill-words.ts'
import styles from './staff.module.css'
import { useServerData } from './use-server-data.ts'

function Line({ item }: { item: RefillLine }) {
  const { i18n } = useLingui()
  const states = useRefillStates()
  const time = recentOf(i18n.locale, item.requestedAt, Date.now())
  return (
    <li>
      <Link
        to="/staff/refills/$requestId"
        params={{ requestId: item.requestId }}
        search={{ client: item.clientId }}
        className={styles.line}
      >
        <span className={styles.who}>
          <strong>{item.clientName}</strong>
          <span>{states[item.status]}</span>
        </span>
        <span className={styles.soft}>
          <Trans>Asked {time}</Trans>
        </span>
      </Link>
    </li>
  )
}

export function RefillsPage({ show, cursor }: { show: RefillShow; cursor?: string }) {
  const { t } = useLingui()
  const { data, again } = useServerData(refillsPath(show, cursor), readRefills)
  const names: Record<RefillShow, string> = { waiting: t`To decide`, 'under-way': t`Under way` }
  return (
    <Page title={t`Refills`} wide lead={<Trans>What your clients ask for, the oldest first.</Trans>}>
      <nav aria-label={t`Which refills`}>
        <ButtonRow>
          {(Object.keys(names) as RefillShow[]).map((one) => (
            <Link
              key={one}
              to="/staff/refills"
              search={{ show: one }}
              className={buttonClass(one === show ? 'primary' : 'secondary')}
              aria-current={one === show ? 'true' : undefined}
            >
              {names[one]}
            </Link>
          ))}
        </ButtonRow>
      </nav>
      <ServerList
        data={data}
        again={again}
        empty={{
          icon: Pill,
          title: show === 'waiting' ? <Trans>All decided</Trans> : <Trans>Nothing is under way</Trans>,
          text: <Trans>Requests of your clients for refills appear here.</Trans>,
        }}
        line={(item) => <Line key={item.requestId} item={item} />}
        more={(after) => (
          <Link to="/staff/refills" search={{ show, after }}>
            <Trans>More</Trans>
          </Link>
        )}
      />
    </Page>
  )
}
