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
export interface LedgerPage {
  readonly entries: readonly LedgerLine[]
  /** For the entries before these; null at the first. */
  readonly next: string | null
}
export interface ClientAccountData extends LedgerPage {
  readonly clientName: string
  /** Payments that can be paid back from here. */
  readonly refundable: readonly string[]
  readonly balances: readonly { readonly currency: string; readonly amount: number }[]
  readonly statements: readonly Statement[]
  readonly payments: readonly Payment[]
}

const LISTS = ['balances', 'statements', 'payments', 'entries', 'refundable'] as const

const fieldsOf = (body: unknown) =>
  typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {}

/** Null for anything that is not what the server promises. */
export function readClientAccount(body: unknown): ClientAccountData | null {
  const found = fieldsOf(body)
  return LISTS.every((list) => Array.isArray(found[list])) ? (found as unknown as ClientAccountData) : null
}
export function readLedgerPage(body: unknown): LedgerPage | null {
  const { entries, next = null } = fieldsOf(body)
  const isPage = Array.isArray(entries) && (next === null || typeof next === 'string')
  return isPage ? { entries: entries as LedgerLine[], next } : null
}

export const accountPath = (clientId: string): string =>
  `/api/v1/staff/clients/${encodeURIComponent(clientId)}/billing`
export const adjustPath = (clientId: string): string => `${accountPath(clientId)}/adjustments`
export const entriesPath = (clientId: string, cursor: string): string =>
  `${accountPath(clientId)}/entries?cursor=${encodeURIComponent(cursor)}`
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
  const found = fieldsOf(body)
  return Array.isArray(found.items) ? (found.items as DisputedPayment[]) : null
}
