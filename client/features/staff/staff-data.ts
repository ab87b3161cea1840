/** What the staff console reads from the server, checked at the edge. Staff have no replica: these pages need the network. */
import type { AnswerValue, FormDefinition, Submission } from '../../../shared/domains/forms/schema.ts'

export interface InboxItem {
  readonly clientId: string
  readonly clientName: string
  readonly submissionId: string
  readonly title: string
  readonly flagged: boolean
  readonly receivedAt: number
}
export interface Inbox {
  readonly items: readonly InboxItem[]
  readonly next: string | null
}
export interface EarlierAnswer {
  readonly value: AnswerValue | null
  readonly kind: 'previous' | 'submitted' | 'lost'
  readonly deviceName: string | null
  readonly at: number
}
export interface StaffScore {
  readonly name: string
  readonly value: number
  readonly max: number
  readonly complete: boolean
  readonly band?: { readonly label: string }
}
export interface StaffFlag {
  readonly code: string
  readonly linkId: string
  readonly key: string
}
export interface StaffSubmission {
  readonly clientId: string
  readonly clientName: string
  readonly submission: Submission
  readonly definition: FormDefinition
  readonly scores: readonly StaffScore[]
  readonly flags: readonly StaffFlag[]
  readonly reviewNotes: string | null
  /** The one before of the same form. */
  readonly previous: {
    readonly submittedAt: number
    readonly answers: Submission['answers']
    readonly scores: readonly StaffScore[]
  } | null
  /** The newest first. */
  readonly earlierScores: readonly {
    readonly id: string
    readonly submittedAt: number
    readonly scores: readonly StaffScore[]
  }[]
  readonly history: Readonly<Record<string, readonly EarlierAnswer[]>>
}

const has = (value: unknown, ...keys: string[]): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && keys.every((key) => Object.hasOwn(value, key))

/** Null for anything that is not what the server promises (a proxy's page, say). */
export const readInbox = (body: unknown): Inbox | null =>
  has(body, 'items') && Array.isArray(body.items) ? (body as unknown as Inbox) : null

export const readSubmission = (body: unknown): StaffSubmission | null =>
  has(body, 'submission', 'definition', 'history', 'scores', 'flags', 'earlierScores')
    ? (body as unknown as StaffSubmission)
    : null

export const inboxPath = (cursor?: string): string =>
  `/api/v1/staff/inbox${cursor ? `?cursor=${encodeURIComponent(cursor)}` : ''}`

export const submissionPath = (clientId: string, submissionId: string): string =>
  `/api/v1/staff/submissions/${submissionId}?client=${clientId}`

export const reviewPath = (clientId: string, submissionId: string): string =>
  `/api/v1/staff/submissions/${submissionId}/review?client=${clientId}`

export const returnPath = (clientId: string, submissionId: string): string =>
  `/api/v1/staff/submissions/${submissionId}/return?client=${clientId}`

/** A device of a client's own account. */
export interface ClientDevice {
  readonly id: string
  readonly name: string
  readonly lastSeenAt: number | null
  readonly lastIp: string | null
  readonly revokedAt: number | null
  readonly wipedAt: number | null
}

export const readClientDevices = (body: unknown): readonly ClientDevice[] | null =>
  has(body, 'items') &&
  Array.isArray(body.items) &&
  body.items.every((item: unknown) => has(item, 'id', 'name', 'revokedAt'))
    ? (body.items as unknown as readonly ClientDevice[])
    : null

export const clientDevicesPath = (clientId: string): string =>
  `/api/v1/staff/clients/${encodeURIComponent(clientId)}/devices`
