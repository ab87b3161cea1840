/** What is left to pay, from the statements on this device. */
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { CircleCheck, ReceiptText } from 'lucide-react'
import { moneyOf } from '../../../shared/domains/billing/money.ts'
import type { OpenBalance } from '../../../shared/domains/billing/open-balance.ts'
import { ButtonRow, buttonClass } from '../../ui/button.tsx'
import { Card, Status } from '../../ui/panel.tsx'
import { dateOf } from '../../ui/time.ts'
import styles from './dashboard.module.css'

export function Balance({ balances, now }: { balances: readonly OpenBalance[]; now: number }) {
  const { i18n } = useLingui()
  if (balances.length === 0)
    return (
      <Card>
        <Status icon={CircleCheck} tone="good">
          <Trans>Nothing to pay</Trans>
        </Status>
        <Link to="/billing">
          <Trans>Statements and payments</Trans>
        </Link>
      </Card>
    )
  return (
    <Card>
      <ul className={styles.list}>
        {balances.map(({ currency, cents, statements, dueAt }) => {
          const due = dueAt === undefined ? null : dateOf(i18n.locale, dueAt)
          return (
            <li key={currency}>
              <p className={styles.amount}>{moneyOf(i18n.locale, cents, currency)}</p>
              <p className={styles.soft}>
                <Plural value={statements} one="on # statement" other="on # statements" />
              </p>
              {due ? (
                <Status icon={ReceiptText} tone={dueAt !== undefined && dueAt < now ? 'wait' : 'plain'}>
                  {dueAt !== undefined && dueAt < now ? (
                    <Trans>Was due {due}</Trans>
                  ) : (
                    <Trans>Due {due}</Trans>
                  )}
                </Status>
              ) : null}
            </li>
          )
        })}
      </ul>
      <ButtonRow>
        <Link to="/billing" className={buttonClass('secondary')}>
          <Trans>See bills and pay</Trans>
        </Link>
      </ButtonRow>
    </Card>
  )
}
