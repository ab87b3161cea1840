/**
 * What billing needs of a payment service, in its own words. Whatever is asked twice under one key has one effect, and
 * what became of a payment is always looked up, never believed from a message. It is told amounts and ids of ours, and no
 * name, address or reason of a visit.
 */
import type { Share } from '../../../shared/domains/billing/ledger.ts'
import type { Language } from '../../../shared/domains/profile/preferences.ts'

/** Where a payment stands at the service. `unfinished`: nothing was taken, and nothing will be unless somebody acts. */
export type ProviderState = 'unfinished' | 'processing' | 'succeeded' | 'failed' | 'ended'

export interface ProviderRefund {
  readonly id: string
  readonly amount: number
  readonly state: 'pending' | 'succeeded' | 'failed'
  /** ms */
  readonly at: number
  /** Which decision of ours it carries out, if it is one of ours. */
  readonly ours: string | undefined
}

/** A payer told their bank that they do not agree. `asked`: the bank asks, and has taken nothing (yet, or any more). */
export interface ProviderDispute {
  readonly id: string
  readonly amount: number
  readonly state: 'asked' | 'open' | 'won' | 'lost'
  /** ms */
  readonly at: number
  /** ms; until when the bank takes the practice's answer. */
  readonly answerBy: number | undefined
}

export interface SeenPayment {
  readonly state: ProviderState
  readonly intentId: string | undefined
  /** Our own id of it, as it was given when the payment was made. */
  readonly payment: string | undefined
  readonly amount: number
  readonly currency: string
  /** Where the payer goes on: the checkout page, or their bank's. */
  readonly url: string | undefined
  /** ms; when the money was taken. */
  readonly paidAt: number | undefined
  /** `Visa ···· 4242` */
  readonly method: string | undefined
  readonly refunds: readonly ProviderRefund[]
  readonly disputes: readonly ProviderDispute[]
}

export interface SavedMethod {
  readonly id: string
  readonly label: string
  readonly expires: { readonly month: number; readonly year: number } | undefined
}

export interface Payable {
  /** Of the payment: the key under which it is made. */
  readonly id: string
  readonly customer: string
  readonly amount: number
  readonly currency: string
  /** Ids of ours that the service keeps with it: enough to book it where the database has lost it. */
  readonly clientId: string
  readonly accountId: string
  readonly shares: readonly Share[]
}
/** A payment as the service has it, with what we gave it to keep. */
export interface TakenPayment extends Omit<Payable, 'customer'> {
  readonly intentId: string
}
export interface Reference {
  readonly sessionId: string | null
  readonly intentId: string | null
}
/** Where the payer comes back to, and what the page speaks. */
export interface HostedPage {
  readonly language: Language
  readonly success: string
  readonly cancel: string
}

/** What a signed message is about. */
export interface ProviderEvent {
  readonly id: string
  /** Undefined: nothing of ours. */
  readonly about: { readonly payment: string } | { readonly intentId: string } | undefined
}

export interface PaymentProvider {
  /** Is it a service that takes no real money? */
  readonly isDemo: boolean
  /** `before`: the one that the service does not know (any more). */
  createCustomer(accountId: string, before?: string): Promise<string>
  /** With the saved methods; nothing where there is none. */
  removeCustomer(customer: string): Promise<void>
  openCheckout(
    payable: Payable,
    more: HostedPage & { readonly title: string; readonly endsAt: number },
  ): Promise<{ readonly sessionId: string; readonly url: string }>
  openSetup(
    customer: string,
    more: HostedPage & { readonly currency: string },
  ): Promise<{ readonly url: string }>
  /** Made, and not taken yet: it has an id before anything can happen. */
  prepare(payable: Payable, methodId: string): Promise<{ readonly intentId: string }>
  take(intentId: string, returnTo: string): Promise<void>
  /** Undefined: the service knows nothing of it. */
  look(reference: Reference): Promise<SeenPayment | undefined>
  /** It cannot be paid any more; nothing happens to one that was. */
  end(reference: Reference): Promise<void>
  methods(customer: string): Promise<readonly SavedMethod[]>
  /** False: there is none of this customer. */
  removeMethod(customer: string, methodId: string): Promise<boolean>
  /** False: the service does not pay it back, now or later. */
  refund(refund: {
    readonly id: string
    readonly intentId: string
    readonly amount: number
  }): Promise<boolean>
  /** Payments that were begun since then, ms, and made. Only those that carry our ids, whole. */
  takenSince(at: number): Promise<readonly TakenPayment[]>
  /** Payments of which something was refunded or disputed since then, ms; of others of the same account as well. */
  wentBackSince(at: number): Promise<readonly string[]>
  /** Undefined where the signature is not the service's, or too old. */
  readEvent(payload: Uint8Array, signature: string, now: number): ProviderEvent | undefined
}

/** The service knows no such customer (any more): of another account, or removed there. */
export class NoSuchCustomer extends Error {}

/** The service did not answer, or could not now. What was asked may or may not have happened. */
export class ProviderUnavailable extends Error {
  readonly code: string
  constructor(code: string) {
    super(`The payment service could not answer: ${code}`)
    this.code = code
  }
}
