/** Payments that payers and their banks do not agree with: one of them, and all of the practice. */
import { Trans, useLingui } from '@lingui/react/macro'
import { Link } from '@tanstack/react-router'
import { Landmark } from 'lucide-react'
import { moneyOf } from '../../../../shared/domains/billing/money.ts'
import type { Payment } from '../../../../shared/domains/billing/schema.ts'
import { Notice } from '../../../ui/panel.tsx'
import { dateOf, momentOf } from '../../../ui/time.ts'
import { disputesPath, readDisputes } from '../billing-data.ts'
import { useServerData } from '../use-server-data.ts'

type Dispute = NonNullable<Payment['disputes']>[number]

export function DisputeLine({ dispute, currency }: { dispute: Dispute; currency: string }) {
  const { i18n } = useLingui()
  const { at, state, answerBy } = dispute
  const [amount, date] = [moneyOf(i18n.locale, dispute.amount, currency), dateOf(i18n.locale, at)]
  const until = answerBy === undefined ? null : momentOf(i18n.locale, answerBy)
  return (
    <>
      <span>
        {state === 'asked' ? (
          <Trans>
            {date}: the payer’s bank asks about {amount}. Nothing was taken.
          </Trans>
        ) : state === 'open' ? (
          <Trans>
            {date}: the payer’s bank took {amount} back. It is not decided.
          </Trans>
        ) : state === 'won' ? (
          <Trans>
            {date}: the payer’s bank took {amount} back, and returned it.
          </Trans>
        ) : (
          <Trans>
            {date}: the payer’s bank took {amount} back for good.
          </Trans>
        )}
      </span>
      {until !== null && (state === 'asked' || state === 'open') ? (
        <strong>
          <Trans>Answer at the payment service until {until}.</Trans>
        </strong>
      ) : null}
    </>
  )
}

/** Nothing where there are none, or where they could not be asked for: the accounts say so as well. */
export function DisputedPayments() {
  const { i18n } = useLingui()
  const { data } = useServerData(disputesPath, readDisputes)
  const items = data.state === 'ready' ? data.value : []
  if (items.length === 0) return null
  return (
    <Notice icon={Landmark} tone="wait">
      <p>
        <Trans>Payers do not agree with these payments at their bank. Answer it in time.</Trans>
      </p>
      <ul>
        {items.map(({ id, clientId, clientName, amount, currency, paidAt }) => {
          const [sum, date] = [moneyOf(i18n.locale, amount, currency), dateOf(i18n.locale, paidAt)]
          return (
            <li key={id}>
              <Link to="/staff/clients/$clientId/billing" params={{ clientId }}>
                <Trans>
                  {clientName}: {sum}, paid on {date}
                </Trans>
              </Link>
            </li>
          )
        })}
      </ul>
    </Notice>
  )
}
