/** Where a statement and a payment stand, by icon and text. */
import { Trans, useLingui } from '@lingui/react/macro'
import { Ban, CircleCheck, CircleX, Hourglass, Landmark, ReceiptText, Undo2 } from 'lucide-react'
import type { Payment, Statement } from '../../../../shared/domains/billing/schema.ts'
import { Status } from '../../../ui/panel.tsx'
import { dateOf } from '../../../ui/time.ts'

export function StatementState({ statement, now }: { statement: Statement; now: number }) {
  const { i18n } = useLingui()
  const { status, dueAt, balance } = statement
  if (status === 'void')
    return (
      <Status icon={Ban}>
        <Trans>Does not count any more</Trans>
      </Status>
    )
  if (status === 'paid')
    return (
      <Status icon={CircleCheck} tone="good">
        {balance < 0 ? <Trans>More was paid than was asked</Trans> : <Trans>Nothing left to pay</Trans>}
      </Status>
    )
  const due = dueAt === undefined ? null : dateOf(i18n.locale, dueAt)
  const isLate = dueAt !== undefined && dueAt < now
  return (
    <Status icon={ReceiptText} tone={isLate ? 'wait' : 'plain'}>
      {due === null ? <Trans>Open</Trans> : isLate ? <Trans>Was due {due}</Trans> : <Trans>Due {due}</Trans>}
    </Status>
  )
}

export function PaymentState({ payment }: { payment: Payment }) {
  const { status, reason, refunds = [] } = payment
  if (status === 'pending')
    return (
      <Status icon={Hourglass} tone="wait">
        <Trans>Not completed yet</Trans>
      </Status>
    )
  if (status === 'failed')
    return (
      <Status icon={CircleX} tone="bad">
        {reason === 'declined' ? (
          <Trans>Declined: nothing was paid</Trans>
        ) : (
          <Trans>Not completed: nothing was paid</Trans>
        )}
      </Status>
    )
  if (status === 'disputed')
    return (
      <Status icon={Landmark} tone="wait">
        <Trans>Taken back by the bank</Trans>
      </Status>
    )
  if (status === 'refunded')
    return (
      <Status icon={Undo2}>
        <Trans>Paid back</Trans>
      </Status>
    )
  return (
    <Status icon={refunds.length > 0 ? Undo2 : CircleCheck} tone="good">
      {refunds.length > 0 ? <Trans>Paid, and partly paid back</Trans> : <Trans>Paid</Trans>}
    </Status>
  )
}

/** How it was paid: the card, or how the practice took it; empty where that is not known. */
export function useMethodName(): (payment: Pick<Payment, 'method' | 'desk'>) => string {
  const { t } = useLingui()
  const ways = {
    cash: t`Cash`,
    check: t`Paper check`,
    card: t`Card at the practice`,
    transfer: t`Bank transfer`,
  }
  return ({ method, desk }) =>
    desk === undefined ? method : [ways[desk.how], desk.reference].filter(Boolean).join(' ')
}
