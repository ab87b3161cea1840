/** What is left to pay, statements, and what was paid. Reads the replica only: with no network all of it is here. */
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { CircleCheck, CreditCard, Info, ReceiptText, WalletCards } from 'lucide-react'
import { useState } from 'react'
import { moneyOf } from '../../../shared/domains/billing/money.ts'
import { credits, openBalances } from '../../../shared/domains/billing/open-balance.ts'
import type { Payment, Statement } from '../../../shared/domains/billing/schema.ts'
import { useGranted } from '../../replica/record-grants.ts'
import { Button, ButtonRow, buttonClass } from '../../ui/button.tsx'
import { Page, Part } from '../../ui/page.tsx'
import { Card, EmptyState, Notice, Status } from '../../ui/panel.tsx'
import { dateOf } from '../../ui/time.ts'
import styles from './billing.module.css'
import { PaymentState, StatementState, useMethodName } from './components/states.tsx'
import { type Bills, useBills } from './queries.ts'

const SHOWN = 6

function LeftToPay({ bills }: { bills: Bills }) {
  const { i18n } = useLingui()
  const open = openBalances(bills.all)
  const owed = credits(bills.all)
  const mayPay = useGranted('billing', 'write')
  return (
    <Card>
      <div className={styles.balance}>
        {open.length === 0 ? (
          <Status icon={CircleCheck} tone="good">
            <Trans>Nothing to pay</Trans>
          </Status>
        ) : (
          open.map(({ currency, cents, statements }) => (
            <div key={currency}>
              <p className={styles.large}>{moneyOf(i18n.locale, cents, currency)}</p>
              <p className={styles.soft}>
                <Plural value={statements} one="on # statement" other="on # statements" />
              </p>
            </div>
          ))
        )}
        {owed.map(({ currency, cents }) => {
          const amount = moneyOf(i18n.locale, cents, currency)
          return (
            <Notice key={currency} icon={Info}>
              <p>
                <Trans>{amount} more than was asked has been paid. Your practice can pay it back.</Trans>
              </p>
            </Notice>
          )
        })}
        {mayPay ? (
          <ButtonRow>
            {open.length > 0 ? (
              <Link to="/billing/pay" className={buttonClass()}>
                <CreditCard size={18} aria-hidden />
                <Trans>Pay</Trans>
              </Link>
            ) : null}
            <Link to="/billing/methods" className={buttonClass('secondary')}>
              <WalletCards size={18} aria-hidden />
              <Trans>Saved cards</Trans>
            </Link>
          </ButtonRow>
        ) : null}
      </div>
    </Card>
  )
}

function StatementLine({ statement, now }: { statement: Statement; now: number }) {
  const { i18n } = useLingui()
  const { id, number, issuedAt, balance, total, currency, status } = statement
  const date = dateOf(i18n.locale, issuedAt)
  return (
    <li>
      <Link to="/billing/statements/$statementId" params={{ statementId: id }} className={styles.line}>
        <span className={styles.what}>
          <strong>
            <Trans>Statement {number}</Trans>
          </strong>
          <span className={styles.soft}>{date}</span>
          <StatementState statement={statement} now={now} />
        </span>
        <span className={styles.amount}>
          {moneyOf(i18n.locale, status === 'open' ? balance : total, currency)}
        </span>
      </Link>
    </li>
  )
}

function PaymentLine({ payment }: { payment: Payment }) {
  const { i18n } = useLingui()
  const { id, paidAt, amount, currency } = payment
  const method = useMethodName()(payment)
  return (
    <li>
      <Link to="/billing/payments/$paymentId" params={{ paymentId: id }} className={styles.line}>
        <span className={styles.what}>
          <strong>{dateOf(i18n.locale, paidAt)}</strong>
          {method === '' ? null : <span className={styles.soft}>{method}</span>}
          <PaymentState payment={payment} />
        </span>
        <span className={styles.amount}>{moneyOf(i18n.locale, amount, currency)}</span>
      </Link>
    </li>
  )
}

function Statements({ statements }: { statements: readonly Statement[] }) {
  const [all, setAll] = useState(false)
  const now = Date.now()
  const shown = all ? statements : statements.slice(0, SHOWN)
  return (
    <>
      <ul className={styles.list}>
        {shown.map((statement) => (
          <StatementLine key={statement.id} statement={statement} now={now} />
        ))}
      </ul>
      {shown.length < statements.length ? <ShowAll onPress={() => setAll(true)} /> : null}
    </>
  )
}

function Payments({ payments }: { payments: readonly Payment[] }) {
  const [all, setAll] = useState(false)
  const shown = all ? payments : payments.slice(0, SHOWN)
  return (
    <Part id="payments" title={<Trans>Payments</Trans>}>
      <ul className={styles.list}>
        {shown.map((payment) => (
          <PaymentLine key={payment.id} payment={payment} />
        ))}
      </ul>
      {shown.length < payments.length ? <ShowAll onPress={() => setAll(true)} /> : null}
    </Part>
  )
}

const ShowAll = ({ onPress }: { onPress: () => void }) => (
  <div>
    <Button look="secondary" onClick={onPress}>
      <Trans>Show all</Trans>
    </Button>
  </div>
)

export function BillingPage() {
  const { t } = useLingui()
  const bills = useBills()
  const title = t`Billing`
  if (bills === undefined) return <Page title={title}>{null}</Page>
  const { statements, payments } = bills
  return (
    <Page title={title}>
      <Part id="left" title={<Trans>Left to pay</Trans>}>
        <LeftToPay bills={bills} />
      </Part>
      <Part id="statements" title={<Trans>Statements</Trans>}>
        {statements.length === 0 ? (
          <EmptyState icon={ReceiptText} title={<Trans>No statements yet</Trans>}>
            <p>
              <Trans>When your practice sends you a bill, it appears here.</Trans>
            </p>
          </EmptyState>
        ) : (
          <Statements statements={statements} />
        )}
      </Part>
      {payments.length > 0 ? <Payments payments={payments} /> : null}
    </Page>
  )
}
