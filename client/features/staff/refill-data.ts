/** What the staff's pages of refills read from the server, checked at the edge. */
import type { RefillDecision } from '../../../shared/domains/medications/refill-rules.ts'
import type { Refill, RefillState } from '../../../shared/domains/medications/refill-schema.ts'
import type { Medication } from '../../../shared/domains/medications/schema.ts'

export interface RefillLine {
  readonly clientId: string
  readonly clientName: string
  readonly requestId: string
  readonly status: RefillState
  readonly requestedAt: number
}
export interface RefillPageData {
  readonly items: readonly RefillLine[]
  readonly next: string | null
}
export interface RefillDetail {
  readonly clientId: string
  readonly clientName: string
  readonly request: Refill & { readonly rev: number }
  readonly medication: Medication | null
  readonly others: readonly Refill[]
}
export interface RefillAnswer {
  readonly decision: RefillDecision
  readonly note?: string
}
export type RefillShow = 'waiting' | 'under-way'

const has = (value: unknown, ...keys: string[]): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && keys.every((key) => Object.hasOwn(value, key))

/** Null for anything that is not what the server promises. */
export const readRefills = (body: unknown): RefillPageData | null =>
  has(body, 'items', 'next') &&
  Array.isArray(body.items) &&
  body.items.every((item: unknown) => has(item, 'requestId', 'clientId', 'status', 'requestedAt'))
    ? (body as unknown as RefillPageData)
    : null
export const readRefill = (body: unknown): RefillDetail | null =>
  has(body, 'request', 'medication', 'others') && has(body.request, 'rev', 'status')
    ? (body as unknown as RefillDetail)
    : null

const base = '/api/v1/staff/refill-requests'
export const refillsPath = (show: RefillShow, cursor?: string): string =>
  `${base}?show=${show}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`
const of = (clientId: string) => `client=${encodeURIComponent(clientId)}`
export const refillPath = (clientId: string, requestId: string): string =>
  `${base}/${encodeURIComponent(requestId)}?${of(clientId)}`
export const refillDecisionPath = (clientId: string, requestId: string): string =>
  `${base}/${encodeURIComponent(requestId)}/decision?${of(clientId)}`
