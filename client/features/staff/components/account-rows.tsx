/** A statement and a payment in a client's account, with what the office can do about each. */
import { Trans, useLingui } from '@lingui/react/macro'
import { useState } from 'react'
import { moneyOf } from '../../../../shared/domains/billing/money.ts'
import type { Payment, Statement } from '../../../../shared/domains/billing/schema.ts'
import { Button, ButtonRow } from '../../../ui/button.tsx'
import { useFocusBack } from '../../../ui/focus-back.ts'
import { dateOf, momentOf } from '../../../ui/time.ts'
import { adjustPath, deskPath } from '../billing-data.ts'
import styles from '../staff.module.css'
import { DeskForm, useDeskWays } from './desk-form.tsx'
import { DisputeLine } from './disputes.tsx'
import { type GivenMoney, MoneyForm } from './money-form.tsx'
import { StatementPaper } from './statement-paper.tsx'

export type Send = (path: string, body: unknown, key: string) => Promise<string | null>

interface StatementRowProps {
  readonly statement: Statement
  readonly send: Send
  readonly clientId: string
}

export function StatementRow({ statement, send, clientId }: StatementRowProps) {
  const { i18n, t } = useLingui()
  const [open, setOpen] = useState<'adjust' | 'pay' | null>(null)
  const { id, number, issuedAt, total, balance, currency, status } = statement
  const [left, all, date] = [
    moneyOf(i18n.locale, balance, currency),
    moneyOf(i18n.locale, total, currency),
    dateOf(i18n.locale, issuedAt),
  ]
  const place = useFocusBack<HTMLElement>(open !== null)
  const adjust = async ({ amount, reason, key }: GivenMoney) => {
    const why = await send(adjustPath(clientId), { statementId: id, amount: -amount, reason }, key)
    if (why === null) setOpen(null)
    return why
  }
  return (
    <li className={styles.line}>
      <span className={styles.who}>
        <strong id={`statement-${id}`} ref={place} tabIndex={-1}>
          {number}
        </strong>
        <span>
          <Trans>
            {date} · {all} · {left} left
          </Trans>
        </span>
      </span>
      {open === null ? (
        <ButtonRow>
          {status === 'open' ? (
            <>
              <Button look="secondary" aria-describedby={`statement-${id}`} onClick={() => setOpen('pay')}>
                <Trans>Write down a payment</Trans>
              </Button>
              <Button look="secondary" aria-describedby={`statement-${id}`} onClick={() => setOpen('adjust')}>
                <Trans>Adjust</Trans>
              </Button>
            </>
          ) : null}
          <StatementPaper
            clientId={clientId}
            statementId={id}
            number={number}
            describedBy={`statement-${id}`}
          />
        </ButtonRow>
      ) : null}
      {status === 'void' ? (
        <span>
          <Trans>Does not count</Trans>
        </span>
      ) : null}
      {open === 'pay' ? (
        <DeskForm
          statement={statement}
          onCancel={() => setOpen(null)}
          onSubmit={async (body, key) => {
            const why = await send(deskPath(clientId), body, key)
            if (why === null) setOpen(null)
            return why
          }}
        />
      ) : null}
      {open === 'adjust' ? (
        <MoneyForm
          id={`adjust-${id}`}
          label={t`Take off`}
          currency={currency}
          most={balance}
          button={t`Adjust the statement`}
          asksReason
          onCancel={() => setOpen(null)}
          onSubmit={adjust}
        />
      ) : null}
    </li>
  )
}

export function PaymentRow({ payment, send, path }: { payment: Payment; send: Send; path: string | null }) {
  const { i18n, t } = useLingui()
  const [open, setOpen] = useState(false)
  const place = useFocusBack<HTMLElement>(open)
  const { id, paidAt, amount, currency, method, status, refunds = [], disputes = [], desk, number } = payment
  const ways = useDeskWays()
  const most = amount - refunds.reduce((sum, refund) => sum + refund.amount, 0)
  const states = {
    pending: t`not completed`,
    succeeded: t`paid`,
    failed: t`not paid`,
    refunded: t`paid back`,
    disputed: t`disputed`,
  }
  const back = refunds.length > 0 ? moneyOf(i18n.locale, amount - most, currency) : null
  const how = desk === undefined ? method : [ways[desk.how], desk.reference].filter(Boolean).join(' ')
  const refund = async ({ amount: minor, key }: GivenMoney) => {
    const why = await send(path ?? '', { amount: minor }, key)
    if (why === null) setOpen(false)
    return why
  }
  return (
    <li className={styles.line}>
      <span className={styles.who}>
        <strong id={`payment-${id}`} ref={place} tabIndex={-1}>
          {moneyOf(i18n.locale, amount, currency)} · {states[status]}
        </strong>
        <span>
          {[momentOf(i18n.locale, paidAt), how, number]
            .filter((part) => part !== undefined && part !== '')
            .join(' · ')}
        </span>
        {back === null ? null : (
          <span>
            <Trans>{back} paid back</Trans>
          </span>
        )}
        {disputes.map((dispute) => (
          <DisputeLine key={dispute.id} dispute={dispute} currency={currency} />
        ))}
      </span>
      {path !== null && status === 'succeeded' && most > 0 && !open ? (
        <Button look="secondary" aria-describedby={`payment-${id}`} onClick={() => setOpen(true)}>
          <Trans>Pay back</Trans>
        </Button>
      ) : null}
      {open ? (
        <MoneyForm
          id={`refund-${id}`}
          label={desk === undefined ? t`Pay back to the card` : t`Take back or pay back`}
          currency={currency}
          most={most}
          button={t`Pay it back`}
          onCancel={() => setOpen(false)}
          onSubmit={refund}
        >
          <p>
            {desk === undefined ? (
              <Trans>
                It goes back to the card that was paid with. The statement is open again by so much.
              </Trans>
            ) : (
              <Trans>
                This only writes it down: hand the money back yourself, or take back what was written by
                mistake. The statement is open again by so much.
              </Trans>
            )}
          </p>
        </MoneyForm>
      ) : null}
    </li>
  )
}
