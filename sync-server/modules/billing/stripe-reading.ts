/** What Stripe's objects and errors mean for billing. */
import Stripe from 'stripe'
import {
  NoSuchCustomer,
  type ProviderDispute,
  type ProviderRefund,
  type ProviderState,
  ProviderUnavailable,
  type SeenPayment,
} from './provider.ts'

/** Which payment to look up; nothing of what the message says about it is believed. */
export function aboutOf(event: Stripe.Event): { payment: string } | { intentId: string } | undefined {
  const { type, data } = event
  if (!/^(checkout\.session|payment_intent|charge|refund)\./.test(type)) return undefined
  const { metadata, payment_intent: intent } = data.object as {
    readonly metadata?: Record<string, string> | null
    readonly payment_intent?: unknown
  }
  if (typeof metadata?.payment === 'string') return { payment: metadata.payment }
  return typeof intent === 'string' ? { intentId: intent } : undefined
}

export const stateOfSession = ({ status, payment_status }: Stripe.Checkout.Session): ProviderState => {
  if (payment_status === 'paid') return 'succeeded'
  if (status === 'expired') return 'ended'
  return status === 'complete' ? 'processing' : 'unfinished'
}

export const stateOfIntent = ({ status, last_payment_error }: Stripe.PaymentIntent): ProviderState => {
  if (status === 'succeeded') return 'succeeded'
  if (status === 'canceled') return 'ended'
  if (status === 'processing') return 'processing'
  return status === 'requires_payment_method' && last_payment_error !== null ? 'failed' : 'unfinished'
}

export async function seen(
  stripe: Stripe,
  intent: Stripe.PaymentIntent | null,
): Promise<Pick<SeenPayment, 'intentId' | 'paidAt' | 'method' | 'refunds' | 'disputes'>> {
  if (intent === null)
    return { intentId: undefined, paidAt: undefined, method: undefined, refunds: [], disputes: [] }
  const charge = typeof intent.latest_charge === 'object' ? intent.latest_charge : null
  const card = charge?.payment_method_details?.card
  const of = { payment_intent: intent.id, limit: 100 }
  const [refunds, disputes] =
    intent.status === 'succeeded'
      ? await asked(() => Promise.all([stripe.refunds.list(of), stripe.disputes.list(of)]))
      : [{ data: [] }, { data: [] }]
  return {
    intentId: intent.id,
    paidAt: charge === null ? undefined : charge.created * 1000,
    method: card ? labelOf(card) : undefined,
    refunds: refunds.data.map(refundOf),
    disputes: disputes.data.map(disputeOf),
  }
}

const refundOf = ({ id, amount, status, created, metadata }: Stripe.Refund): ProviderRefund => ({
  id,
  amount,
  state: status === 'succeeded' ? 'succeeded' : isOver(status) ? 'failed' : 'pending',
  at: created * 1000,
  ours: metadata?.refund,
})

const disputeOf = ({ id, amount, status, created, evidence_details }: Stripe.Dispute): ProviderDispute => ({
  id,
  amount,
  state: stateOfDispute(status),
  at: created * 1000,
  answerBy: evidence_details.due_by === null ? undefined : evidence_details.due_by * 1000,
})
/** Of a warning, and of one that was prevented, no money moves. */
const stateOfDispute = (status: Stripe.Dispute.Status): ProviderDispute['state'] => {
  if (status === 'won') return 'won'
  if (status === 'lost') return 'lost'
  return status.startsWith('warning') || status === 'prevented' ? 'asked' : 'open'
}
const isOver = (status: string | null) => status === 'failed' || status === 'canceled'

export const labelOf = (
  card: { brand?: string | null; last4?: string | null } | undefined | null,
): string => {
  const brand = card?.brand ?? 'card'
  return `${brand.charAt(0).toUpperCase()}${brand.slice(1)} ···· ${card?.last4 ?? '····'}`
}

export async function asked<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    throw unavailable(error)
  }
}

export const isMissing = (error: unknown): boolean =>
  error instanceof Stripe.errors.StripeInvalidRequestError && error.code === 'resource_missing'

/** What the service refuses outright is our mistake, and is thrown as it is. */
export function unavailable(error: unknown): unknown {
  if (isMissing(error) && (error as Stripe.errors.StripeError).param === 'customer')
    return new NoSuchCustomer()
  if (
    error instanceof Stripe.errors.StripeConnectionError ||
    error instanceof Stripe.errors.StripeAPIError ||
    error instanceof Stripe.errors.StripeRateLimitError ||
    error instanceof Stripe.errors.StripeAuthenticationError
  )
    return new ProviderUnavailable(error.code ?? error.type)
  return error
}
