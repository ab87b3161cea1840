/** Tablets and visits as the server tells of them, checked at the edge. */
export interface StaffTablet {
  readonly id: string
  readonly name: string
  readonly enrolled: boolean
  readonly state: 'ready' | 'in-use' | 'staff-needed'
  readonly unsent: number
  /** Of these, such as the server did not take. */
  readonly refused: number
  readonly kept: number
  readonly lastSeenAt: number | null
  readonly leaving: boolean
}
export interface KioskView {
  readonly items: readonly StaffTablet[]
  readonly forms: readonly { readonly key: string; readonly title: string }[]
  readonly hasPin: boolean
  readonly idleSeconds: number
}
export interface StaffVisit {
  readonly id: string
  readonly clientId: string
  readonly clientName: string
  readonly tabletId: string
  readonly expiresAt: number
  readonly armedAt: number
  readonly language: string
  readonly formKeys: readonly string[]
  readonly state: 'armed' | 'started' | 'parked' | 'finished' | 'cancelled' | 'expired'
  readonly handedIn: number
  readonly kept: number
}
/** Arrived from a tablet, and not in the record. */
export interface KeptForm {
  readonly clientId: string
  readonly clientName: string
  readonly visitId: string
  readonly draftId: string
  readonly tabletId: string
  readonly formKey: string
  readonly language: string
  readonly receivedAt: number
  readonly problem: 'unreadable' | 'not-filed' | 'not-handed-in'
}
export interface Coded {
  readonly id: string
  readonly code: string
  readonly expiresAt: number
}

const has = (value: unknown, ...keys: string[]): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && keys.every((key) => Object.hasOwn(value, key))

/** Null for anything that is not what the server promises. */
export const readKiosk = (body: unknown): KioskView | null =>
  has(body, 'items', 'forms', 'hasPin') && Array.isArray(body.items) ? (body as unknown as KioskView) : null
export const readVisits = (body: unknown): readonly StaffVisit[] | null =>
  has(body, 'items') && Array.isArray(body.items) ? (body.items as unknown as readonly StaffVisit[]) : null
export const readKept = (body: unknown): readonly KeptForm[] | null =>
  has(body, 'items') && Array.isArray(body.items) ? (body.items as unknown as readonly KeptForm[]) : null
export const readCoded = (body: unknown): Coded | null =>
  has(body, 'id', 'code', 'expiresAt') ? (body as unknown as Coded) : null

const BASE = '/api/v1/staff/kiosk'
export const TABLETS_PATH = `${BASE}/tablets`
export const VISITS_PATH = `${BASE}/visits`
export const KEPT_PATH = `${BASE}/kept`
export const keptPath = ({ visitId, draftId, clientId }: KeptForm, what: 'file' | 'settle') =>
  `${KEPT_PATH}/${encodeURIComponent(visitId)}/${encodeURIComponent(draftId)}/${what}?client=${encodeURIComponent(clientId)}`
export const KIOSK_SETTINGS_PATH = `${BASE}/settings`
export const removeTabletPath = (id: string) => `${TABLETS_PATH}/${encodeURIComponent(id)}/remove`
export const cancelVisitPath = ({ id, clientId }: StaffVisit) =>
  `${VISITS_PATH}/${encodeURIComponent(id)}/cancel?client=${encodeURIComponent(clientId)}`

/** Not heard of for so long: it has no network, or is off. */
const AWAY_MS = 45_000
export const isAway = ({ lastSeenAt }: StaffTablet, now: number): boolean =>
  lastSeenAt === null || now - lastSeenAt > AWAY_MS
