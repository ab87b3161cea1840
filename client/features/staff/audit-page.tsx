/** The practice's audit trail, for its admins: searched, read on page by page, and taken away as a file. */
import { Trans, useLingui } from '@lingui/react/macro'
import { ScrollText } from 'lucide-react'
import { useState } from 'react'
import { Page } from '../../ui/page.tsx'
import { EmptyState } from '../../ui/panel.tsx'
import styles from './audit.module.css'
import { ANYTHING, type AuditEvent, type Named } from './audit-data.ts'
import { useAuditWords } from './audit-words.ts'
import { AuditExport } from './components/audit-export.tsx'
import { AuditLine } from './components/audit-line.tsx'
import { AuditSearch } from './components/audit-search.tsx'
import { NotReady } from './components/not-ready.tsx'
import { ShowMore } from './components/show-more.tsx'
import { useAuditPages } from './use-audit-pages.ts'

/** Whoever did something so far: they stay to be chosen when a search leaves them out. */
function useSeenAccounts(events: readonly AuditEvent[]): readonly Named[] {
  const [seen, setSeen] = useState<ReadonlyMap<string, string>>(new Map())
  const fresh = events.filter(({ accountId }) => accountId !== null && !seen.has(accountId))
  if (fresh.length > 0)
    setSeen(
      new Map([
        ...seen,
        ...fresh.map(
          ({ accountId, accountName }) => [String(accountId), accountName ?? String(accountId)] as const,
        ),
      ]),
    )
  return [...seen].map(([id, name]) => ({ id, name })).sort((a, b) => a.name.localeCompare(b.name))
}

export function AuditPage() {
  const { t } = useLingui()
  const words = useAuditWords()
  const [filter, setFilter] = useState(ANYTHING)
  const { events, begins, next, last, more, again } = useAuditPages(filter)
  const accounts = useSeenAccounts(events)
  const forbidden = last.state === 'failed' && last.why === 'forbidden'
  return (
    <Page
      title={t`Audit trail`}
      wide
      lead={<Trans>Who read or changed what, and what was refused. Newest first.</Trans>}
    >
      {forbidden ? null : (
        <>
          <AuditSearch accounts={accounts} onSearch={setFilter} />
          <AuditExport filter={filter} />
        </>
      )}
      {events.length > 0 ? (
        <ul className={styles.list}>
          {events.map((event, place) => (
            <AuditLine
              key={`${event.chain}${event.seq}`}
              event={event}
              words={words}
              takesFocus={place === begins}
            />
          ))}
        </ul>
      ) : null}
      {last.state === 'ready' && events.length === 0 ? (
        <EmptyState icon={ScrollText} title={<Trans>Nothing was found</Trans>}>
          <p>
            <Trans>No event fits this search. Choose less, or other days.</Trans>
          </p>
        </EmptyState>
      ) : null}
      <NotReady data={last} again={again} />
      <ShowMore last={last} next={next} onMore={more} />
    </Page>
  )
}
