/** A client's account: what is left, statements to adjust, payments to pay back, and the ledger behind them. */
import { Trans, useLingui } from '@lingui/react/macro'
import { ReceiptText } from 'lucide-react'
import { moneyOf } from '../../../shared/domains/billing/money.ts'
import { useSession } from '../../replica/session-context.tsx'
import { Page, Part } from '../../ui/page.tsx'
import { Card, EmptyState, Fact, Facts } from '../../ui/panel.tsx'
import { accountPath, type ClientAccountData, readClientAccount, refundPath } from './billing-data.ts'
import { PaymentRow, type Send, StatementRow } from './components/account-rows.tsx'
import { Ledger } from './components/ledger.tsx'
import { NotReady } from './components/not-ready.tsx'
import { WayBack } from './components/way-back.tsx'
import { codeOf } from './request-data.ts'
import styles from './staff.module.css'
import { useServerData } from './use-server-data.ts'

function Account({
  account,
  clientId,
  put,
}: {
  account: ClientAccountData
  clientId: string
  put: (value: ClientAccountData) => void
}) {
  const { i18n } = useLingui()
  const session = useSession()
  const send: Send = async (path, body, key) => {
    const answer = await session.request({ method: 'POST', path, body, idempotencyKey: key })
    const value = answer.status === 201 ? readClientAccount(answer.body) : null
    if (value === null) return codeOf(answer.body)
    put(value)
    return null
  }
  return (
    <>
      <Card>
        <Facts>
          {account.balances.length === 0 ? (
            <Fact name={<Trans>Balance</Trans>}>
              <Trans>Nothing was ever charged</Trans>
            </Fact>
          ) : null}
          {account.balances.map(({ currency, amount }) => (
            <Fact key={currency} name={<Trans>Balance</Trans>}>
              {moneyOf(i18n.locale, amount, currency)}
            </Fact>
          ))}
        </Facts>
      </Card>
      <Part id="statements" title={<Trans>Statements</Trans>}>
        {account.statements.length === 0 ? (
          <EmptyState icon={ReceiptText} title={<Trans>No statements yet</Trans>} />
        ) : (
          <ul className={styles.list}>
            {account.statements.map((statement) => (
              <StatementRow key={statement.id} statement={statement} send={send} clientId={clientId} />
            ))}
          </ul>
        )}
      </Part>
      {account.payments.length > 0 ? (
        <Part id="payments" title={<Trans>Payments</Trans>}>
          <ul className={styles.list}>
            {account.payments.map((payment) => (
              <PaymentRow
                key={payment.id}
                payment={payment}
                send={send}
                path={account.refundable.includes(payment.id) ? refundPath(clientId, payment.id) : null}
              />
            ))}
          </ul>
        </Part>
      ) : null}
      {account.entries.length > 0 ? (
        <Part id="ledger" title={<Trans>Ledger</Trans>}>
          <Ledger account={account} clientId={clientId} />
        </Part>
      ) : null}
    </>
  )
}

export function ClientBillingPage({ clientId }: { clientId: string }) {
  const { t } = useLingui()
  const { data, again, put } = useServerData(accountPath(clientId), readClientAccount)
  const name = data.state === 'ready' ? data.value.clientName : ''
  return (
    <Page
      title={name === '' ? t`Account of a client` : t`Account of ${name}`}
      tabTitle={t`Account of a client`}
      above={<WayBack />}
    >
      <NotReady data={data} again={again} />
      {data.state === 'ready' ? <Account account={data.value} clientId={clientId} put={put} /> : null}
    </Page>
  )
}
