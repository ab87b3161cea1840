/** A client's account as the office reads it from the server, checked at the edge. */

import type { Payment, Statement } from '../../../shared/domains/billing/schema.ts'
import { preferredLanguage } from '../../../shared/domains/profile/preferences.ts'

export interface LedgerLine {
  readonly id: string
  readonly kind: 'charge' | 'adjustment' | 'payment' | 'refund' | 'dispute'
  readonly origin: 'record' | 'staff' | 'portal'
  readonly statementId: string
  readonly amount: number
  readonly currency: string
  readonly at: number
}
export interface ClientAccountData {
  readonly clientName: string
  /** Payments that can be paid back from here. */
  readonly refundable: readonly string[]
  readonly balances: readonly { readonly currency: string; readonly amount: number }[]
  readonly statements: readonly Statement[]
  readonly payments: readonly Payment[]
  readonly entries: readonly LedgerLine[]
}

const LISTS = ['balances', 'statements', 'payments', 'entries', 'refundable'] as const

/** Null for anything that is not what the server promises. */
export function readClientAccount(body: unknown): ClientAccountData | null {
  const found = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {}
  return LISTS.every((list) => Array.isArray(found[list])) ? (found as unknown as ClientAccountData) : null
}

export const accountPath = (clientId: string): string =>
  `/api/v1/staff/clients/${encodeURIComponent(clientId)}/billing`
export const adjustPath = (clientId: string): string => `${accountPath(clientId)}/adjustments`
export const deskPath = (clientId: string): string => `${accountPath(clientId)}/payments`
export const statementPaperPath = (clientId: string, statementId: string, locale: string): string =>
  `${accountPath(clientId)}/statements/${encodeURIComponent(statementId)}/pdf?language=${preferredLanguage([locale])}`
export const refundPath = (clientId: string, paymentId: string): string =>
  `${accountPath(clientId)}/payments/${encodeURIComponent(paymentId)}/refunds`

/** A payment that its payer and their bank have not done with. */
export interface DisputedPayment {
  readonly id: string
  readonly clientId: string
  readonly clientName: string
  /** Minor units. */
  readonly amount: number
  readonly currency: string
  /** ms */
  readonly paidAt: number
}
export const disputesPath = '/api/v1/staff/billing/disputes?limit=100'
export function readDisputes(body: unknown): readonly DisputedPayment[] | null {
  const found = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {}
  return Array.isArray(found.items) ? (found.items as DisputedPayment[]) : null
}
