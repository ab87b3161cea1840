/**
 * One payment and its receipt. Where it is not completed, the clinic is asked what became of it, as long as somebody looks:
 * the payer may have come back before the message did. Nothing depends on that.
 */
import { Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { CircleAlert, CircleCheck, Hourglass, Landmark, SearchX } from 'lucide-react'
import { useEffect } from 'react'
import { moneyOf } from '../../../shared/domains/billing/money.ts'
import type { Payment } from '../../../shared/domains/billing/schema.ts'
import { useSession, useSessionView, useSyncView } from '../../replica/session-context.tsx'
import { buttonClass } from '../../ui/button.tsx'
import { Page, Part } from '../../ui/page.tsx'
import { Card, EmptyState, Fact, Facts, Notice } from '../../ui/panel.tsx'
import { dateOf, momentOf } from '../../ui/time.ts'
import styles from './billing.module.css'
import { checkPath } from './billing-data.ts'
import { Back } from './components/back.tsx'
import { PaperButtons } from './components/paper-buttons.tsx'
import { PaymentState, useMethodName } from './components/states.tsx'
import { useBills } from './queries.ts'

const LOOK_EVERY_MS = 4_000
const LOOKS = 8

const PAID: ReadonlySet<Payment['status']> = new Set(['succeeded', 'refunded', 'disputed'])

function useLookUp(id: string, isOpen: boolean): void {
  const session = useSession()
  const { record } = useSessionView()
  const isOnline = useSyncView().link === 'online'
  const client = record?.client
  useEffect(() => {
    if (!isOpen || !isOnline) return
    let looks = 0
    const look = () => {
      looks += 1
      if (looks >= LOOKS) clearInterval(timer)
      void session.request({ method: 'POST', path: checkPath(client, id) }).then(() => session.syncNow())
    }
    const timer = setInterval(look, LOOK_EVERY_MS)
    look()
    return () => clearInterval(timer)
  }, [session, client, id, isOpen, isOnline])
}

function Standing({ payment }: { payment: Payment }) {
  const { status, reason } = payment
  if (status === 'pending')
    return (
      <Notice icon={Hourglass} tone="wait" role="status">
        <p>
          <Trans>
            This payment is not completed, or not confirmed yet. If you have just paid, it is confirmed here
            by itself: do not pay again. If you turned back, nothing was paid.
          </Trans>
        </p>
        <Link to="/billing/pay" className={buttonClass('secondary')}>
          <Trans>I turned back: begin again</Trans>
        </Link>
      </Notice>
    )
  if (status === 'failed')
    return (
      <Notice icon={CircleAlert} tone="bad" role="status">
        <p>
          {reason === 'declined' ? (
            <Trans>The payment was declined. Nothing was paid: you can try again with another card.</Trans>
          ) : (
            <Trans>The payment was not completed. Nothing was paid: you can begin another one.</Trans>
          )}
        </p>
        <Link to="/billing/pay" className={buttonClass('secondary')}>
          <Trans>Pay</Trans>
        </Link>
      </Notice>
    )
  if (status === 'disputed')
    return (
      <Notice icon={Landmark} tone="wait" role="status">
        <p>
          <Trans>
            The bank of whoever paid has taken this payment back, and what it was for is open again. If the
            bank returns it, that is put right here by itself. Call the practice if you do not expect this.
          </Trans>
        </p>
      </Notice>
    )
  return (
    <Notice icon={CircleCheck} tone="good" role="status">
      <p>
        {status === 'refunded' ? (
          <Trans>All of it was paid back.</Trans>
        ) : (
          <Trans>Thank you. It was paid.</Trans>
        )}
      </p>
    </Notice>
  )
}

function Receipt({ payment }: { payment: Payment }) {
  const { i18n } = useLingui()
  const { amount, currency, paidAt, number, shares = [], refunds = [], status } = payment
  const method = useMethodName()(payment)
  const money = (minor: number) => moneyOf(i18n.locale, minor, currency)
  return (
    <>
      <Card>
        <p className={styles.large}>{money(amount)}</p>
        <Facts>
          <Fact
            name={status === 'pending' || status === 'failed' ? <Trans>Begun</Trans> : <Trans>Paid on</Trans>}
          >
            {momentOf(i18n.locale, paidAt)}
          </Fact>
          {method === '' ? null : <Fact name={<Trans>Paid with</Trans>}>{method}</Fact>}
          {number === undefined ? null : <Fact name={<Trans>Receipt</Trans>}>{number}</Fact>}
          <Fact name={<Trans>State</Trans>}>
            <PaymentState payment={payment} />
          </Fact>
        </Facts>
      </Card>
      {shares.length > 0 ? (
        <Part id="for" title={PAID.has(status) ? <Trans>Paid for</Trans> : <Trans>What for</Trans>}>
          <ul className={styles.list}>
            {shares.map((share) => {
              const { number: name } = share
              return (
                <li key={share.statementId}>
                  <Link
                    to="/billing/statements/$statementId"
                    params={{ statementId: share.statementId }}
                    className={styles.line}
                  >
                    <span>
                      <Trans>Statement {name}</Trans>
                    </span>
                    <span className={styles.amount}>{money(share.amount)}</span>
                  </Link>
                </li>
              )
            })}
          </ul>
        </Part>
      ) : null}
      {refunds.length > 0 ? (
        <Part id="refunds" title={<Trans>Paid back</Trans>}>
          <ul className={styles.list}>
            {refunds.map((refund) => (
              <li key={refund.id} className={styles.line}>
                <span>{dateOf(i18n.locale, refund.at)}</span>
                <span className={styles.amount}>{money(refund.amount)}</span>
              </li>
            ))}
          </ul>
        </Part>
      ) : null}
    </>
  )
}

export function PaymentPage({ paymentId }: { paymentId: string }) {
  const { t } = useLingui()
  const bills = useBills()
  const payment = bills?.payments.find(({ id }) => id === paymentId)
  useLookUp(paymentId, bills !== undefined && (payment === undefined || payment.status === 'pending'))
  const isDone = payment !== undefined && PAID.has(payment.status)
  const title = isDone ? t`Receipt` : t`Payment`
  if (bills === undefined) return <Page title={title}>{null}</Page>
  if (payment === undefined)
    return (
      <Page title={title} above={<Back />}>
        <EmptyState icon={SearchX} title={<Trans>This payment is not here yet</Trans>}>
          <p>
            <Trans>
              It appears as soon as this device has heard of it. You do not need to wait or pay again.
            </Trans>
          </p>
        </EmptyState>
      </Page>
    )
  return (
    <Page title={title} above={<Back />}>
      <Standing payment={payment} />
      <Receipt payment={payment} />
      {isDone ? (
        <PaperButtons
          kind="payments"
          id={paymentId}
          fileName={`${t`Receipt`} ${payment.number ?? ''}`.trim()}
        />
      ) : null}
    </Page>
  )
}
