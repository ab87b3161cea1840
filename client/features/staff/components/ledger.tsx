/** The entries behind a client's account, the newest first, and further back as far as the office asks. */
import { useLingui } from '@lingui/react/macro'
import { useState } from 'react'
import { moneyOf } from '../../../../shared/domains/billing/money.ts'
import { useSession } from '../../../replica/session-context.tsx'
import { takeFocus } from '../../../ui/focus-back.ts'
import { momentOf } from '../../../ui/time.ts'
import { type ClientAccountData, entriesPath, type LedgerPage, readLedgerPage } from '../billing-data.ts'
import styles from '../staff.module.css'
import { failureOf, type ServerData } from '../use-server-data.ts'
import { NotReady } from './not-ready.tsx'
import { ShowMore } from './show-more.tsx'

interface LedgerProps {
  readonly account: ClientAccountData
  readonly clientId: string
}

export function Ledger({ account, clientId }: LedgerProps) {
  const { i18n, t } = useLingui()
  const session = useSession()
  /** Further back than `first`: another first page begins anew. */
  const [further, setFurther] = useState<{ first: ClientAccountData; page: LedgerPage }>()
  /** Where what was asked for last begins: there the reader goes on. */
  const [begins, setBegins] = useState<number>()
  const [last, setLast] = useState<ServerData<null>>({ state: 'ready', value: null })
  const older = further?.first === account ? further.page : { entries: [], next: account.next }
  const kinds = {
    charge: t`Charge`,
    adjustment: t`Adjustment`,
    payment: t`Payment`,
    refund: t`Paid back`,
    dispute: t`Taken back by the bank, or returned`,
  }
  const origins = { record: t`record system`, staff: t`office`, portal: t`portal` }
  const numberOf = (id: string) => account.statements.find((statement) => statement.id === id)?.number
  const more = async () => {
    if (older.next === null) return
    setLast({ state: 'loading' })
    const path = entriesPath(clientId, older.next)
    const { status, body } = await session.request({ method: 'GET', path })
    const page = status === 200 ? readLedgerPage(body) : null
    if (page === null) return setLast({ state: 'failed', why: failureOf(status) })
    const entries = [...older.entries, ...page.entries]
    setBegins(account.entries.length + older.entries.length)
    setFurther({ first: account, page: { entries, next: page.next } })
    setLast({ state: 'ready', value: null })
  }
  return (
    <>
      <ul className={styles.list}>
        {[...account.entries, ...older.entries].map(
          ({ id, kind, origin, statementId, amount, currency, at }, place) => (
            <li
              key={id}
              className={styles.entry}
              {...(place === begins ? { ref: takeFocus, tabIndex: -1 } : {})}
            >
              <span className={styles.who}>
                <strong>{[kinds[kind], numberOf(statementId)].filter(Boolean).join(' · ')}</strong>
                <span>
                  {momentOf(i18n.locale, at)} · {origins[origin]}
                </span>
              </span>
              <span className={styles.sum}>{moneyOf(i18n.locale, amount, currency)}</span>
            </li>
          ),
        )}
      </ul>
      <NotReady data={last} again={more} />
      <ShowMore last={last} next={older.next} onMore={more} />
    </>
  )
}
