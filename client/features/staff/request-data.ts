/** Requests for appointments as the staff console reads them from the server, checked at the edge. */
import type { Appointment } from '../../../shared/domains/appointments/schema.ts'
import type {
  Request,
  RequestKind,
  RequestState,
  TimeWindow,
} from '../../../shared/domains/requests/schema.ts'

export interface ToDecide {
  readonly clientId: string
  readonly clientName: string
  readonly requestId: string
  readonly kind: RequestKind
  readonly status: RequestState
  readonly requestedAt: number
}
export interface RequestPage {
  readonly items: readonly ToDecide[]
  readonly next: string | null
}
export interface RequestDetail {
  readonly clientId: string
  readonly clientName: string
  readonly request: Request & { readonly rev: number }
  readonly appointment: (Appointment & { readonly rev: number }) | null
  readonly timeZone: string
  readonly clinicians: readonly { readonly id: string; readonly name: string }[]
}
export interface FreeSlot {
  readonly id: string
  readonly startsAt: number
  readonly endsAt: number
  readonly kind: 'in-person' | 'telehealth'
  readonly place: string
  readonly clinicianName: string
}
export interface FreeSlots {
  readonly items: readonly FreeSlot[]
  readonly next: string | null
  readonly timeZone: string
  readonly clinicians: readonly { readonly id: string; readonly name: string }[]
}
export interface DayVisit {
  readonly clientId: string
  readonly clientName: string
  readonly appointmentId: string
  readonly status: Appointment['status']
  readonly startsAt: number
}
export interface DayVisits {
  /** `YYYY-MM-DD` */
  readonly day: string
  readonly timeZone: string
  readonly items: readonly DayVisit[]
  readonly next: string | null
}
export interface DecisionBody {
  readonly decision: 'approve' | 'decline' | 'propose'
  readonly note?: string
  readonly times?: readonly TimeWindow[]
  readonly place?:
    | { readonly slotId: string }
    | {
        readonly startsAt: number
        readonly endsAt: number
        readonly clinicianName: string
        readonly place: string
        readonly kind: 'in-person' | 'telehealth'
      }
  readonly title?: string
}

const has = (value: unknown, ...keys: string[]): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && keys.every((key) => Object.hasOwn(value, key))
const listOf = (body: unknown, ...keys: string[]): boolean =>
  has(body, 'items', 'next') &&
  Array.isArray(body.items) &&
  body.items.every((item: unknown) => has(item, ...keys))

/** Null for anything that is not what the server promises. */
export const readRequests = (body: unknown): RequestPage | null =>
  listOf(body, 'requestId', 'clientId', 'kind', 'status', 'requestedAt')
    ? (body as unknown as RequestPage)
    : null
export const readRequest = (body: unknown): RequestDetail | null =>
  has(body, 'request', 'appointment', 'timeZone', 'clinicians') && has(body.request, 'rev', 'kind')
    ? (body as unknown as RequestDetail)
    : null
export const readSlots = (body: unknown): FreeSlots | null =>
  has(body, 'timeZone', 'clinicians') && listOf(body, 'id', 'startsAt', 'endsAt', 'place')
    ? (body as unknown as FreeSlots)
    : null
export const readDayVisits = (body: unknown): DayVisits | null =>
  has(body, 'day', 'timeZone') && listOf(body, 'appointmentId', 'clientName', 'startsAt', 'status')
    ? (body as unknown as DayVisits)
    : null
export const codeOf = (body: unknown): string => (has(body, 'code') ? String(body.code) : '')

const base = '/api/v1/staff'
export const requestsPath = (cursor?: string): string =>
  `${base}/appointment-requests${cursor ? `?cursor=${encodeURIComponent(cursor)}` : ''}`
export const requestPath = (clientId: string, requestId: string): string =>
  `${base}/appointment-requests/${encodeURIComponent(requestId)}?client=${encodeURIComponent(clientId)}`
export const decisionPath = (clientId: string, requestId: string): string =>
  `${base}/appointment-requests/${encodeURIComponent(requestId)}/decision?client=${encodeURIComponent(clientId)}`
export const OFFER_PATH = `${base}/slots`
export const slotPath = (id: string): string => `${base}/slots/${encodeURIComponent(id)}`
export const slotsPath = (
  from: number,
  to: number,
  { limit = 50, cursor }: { limit?: number; cursor?: string | undefined } = {},
): string =>
  `${base}/slots?from=${from}&to=${to}&limit=${limit}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`
export const dayPath = (day?: string, cursor?: string): string => {
  const query = new URLSearchParams({ limit: '100', ...(day ? { day } : {}), ...(cursor ? { cursor } : {}) })
  return `${base}/appointments?${query}`
}
