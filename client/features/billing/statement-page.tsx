/** One statement: its lines, what was changed and paid, what is left; to read, print and pay. */
import { Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { CreditCard, SearchX } from 'lucide-react'
import { moneyOf } from '../../../shared/domains/billing/money.ts'
import type { Payment, Statement } from '../../../shared/domains/billing/schema.ts'
import { useGranted } from '../../replica/record-grants.ts'
import { buttonClass } from '../../ui/button.tsx'
import { Page, Part } from '../../ui/page.tsx'
import { Card, EmptyState } from '../../ui/panel.tsx'
import { dateOf } from '../../ui/time.ts'
import styles from './billing.module.css'
import { Back } from './components/back.tsx'
import { PaperButtons } from './components/paper-buttons.tsx'
import { PaymentState, StatementState } from './components/states.tsx'
import { useBills } from './queries.ts'

function Lines({ statement }: { statement: Statement }) {
  const { i18n, t } = useLingui()
  const { lines, adjustments = [], total, paid = 0, balance, currency, status } = statement
  const money = (amount: number) => moneyOf(i18n.locale, amount, currency)
  const adjusted = adjustments.reduce((sum, { amount }) => sum + amount, 0)
  const elsewhere = status === 'void' ? 0 : balance + paid - total - adjusted
  const rows = [
    ...lines.map(({ date, description, amount }) => ({ at: date, text: description, amount })),
    ...adjustments.map(({ at, reason, amount }) => ({
      at,
      text: t`Changed by the practice: ${reason}`,
      amount,
    })),
  ]
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th scope="col">
            <Trans>Date</Trans>
          </th>
          <th scope="col">
            <Trans>What for</Trans>
          </th>
          <th scope="col">
            <Trans>Amount</Trans>
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ at, text, amount }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines have no identity but their place
          <tr key={index}>
            <td className={styles.date}>{dateOf(i18n.locale, at)}</td>
            <td>{text}</td>
            <td>{money(amount)}</td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row" colSpan={2}>
            <Trans>Total</Trans>
          </th>
          <td>{money(total + adjusted)}</td>
        </tr>
        {elsewhere === 0 ? null : (
          <tr>
            <th scope="row" colSpan={2}>
              <Trans>Paid or covered elsewhere</Trans>
            </th>
            <td>{money(elsewhere)}</td>
          </tr>
        )}
        {paid === 0 ? null : (
          <tr>
            <th scope="row" colSpan={2}>
              <Trans>Paid here</Trans>
            </th>
            <td>{money(-paid)}</td>
          </tr>
        )}
        <tr>
          <th scope="row" colSpan={2}>
            <Trans>Left to pay</Trans>
          </th>
          <td>{money(balance)}</td>
        </tr>
      </tfoot>
    </table>
  )
}

function PaidOn({ statementId, payments }: { statementId: string; payments: readonly Payment[] }) {
  const { i18n } = useLingui()
  const own = payments.flatMap((payment) => {
    const share = payment.shares?.find((each) => each.statementId === statementId)
    return share === undefined || payment.status === 'failed' ? [] : [{ payment, amount: share.amount }]
  })
  if (own.length === 0) return null
  return (
    <Part id="paid" title={<Trans>Payments of this statement</Trans>}>
      <ul className={styles.list}>
        {own.map(({ payment, amount }) => (
          <li key={payment.id}>
            <Link
              to="/billing/payments/$paymentId"
              params={{ paymentId: payment.id }}
              className={styles.line}
            >
              <span className={styles.what}>
                <strong>{dateOf(i18n.locale, payment.paidAt)}</strong>
                <PaymentState payment={payment} />
              </span>
              <span className={styles.amount}>{moneyOf(i18n.locale, amount, payment.currency)}</span>
            </Link>
          </li>
        ))}
      </ul>
    </Part>
  )
}

export function StatementPage({ statementId }: { statementId: string }) {
  const { i18n, t } = useLingui()
  const bills = useBills()
  const mayPay = useGranted('billing', 'write')
  if (bills === undefined) return <Page title={t`Statement`}>{null}</Page>
  const statement = bills.statements.find(({ id }) => id === statementId)
  if (statement === undefined)
    return (
      <Page title={t`Statement`} above={<Back />}>
        <EmptyState icon={SearchX} title={<Trans>This statement is not here</Trans>}>
          <p>
            <Trans>It may not have been brought to this device yet.</Trans>
          </p>
        </EmptyState>
      </Page>
    )
  const { number, issuedAt, status } = statement
  const date = dateOf(i18n.locale, issuedAt)
  return (
    <Page
      title={t`Statement ${number}`}
      tabTitle={t`Statement`}
      above={<Back />}
      lead={
        <>
          <p>
            <Trans>Issued {date}</Trans>
          </p>
          <StatementState statement={statement} now={Date.now()} />
        </>
      }
    >
      <Card>
        <div className={styles.lines}>
          <Lines statement={statement} />
        </div>
      </Card>
      {status === 'open' && mayPay ? (
        <div className={styles.actions}>
          <Link to="/billing/pay" search={{ statement: statementId }} className={buttonClass()}>
            <CreditCard size={18} aria-hidden />
            <Trans>Pay this statement</Trans>
          </Link>
        </div>
      ) : null}
      <PaidOn statementId={statementId} payments={bills.payments} />
      <PaperButtons kind="statements" id={statementId} fileName={`${t`Statement`} ${number}`} />
    </Page>
  )
}
