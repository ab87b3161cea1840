/** What the audit page asks the server, and what it takes for an answer. The server decides who sees what. */
export interface AuditFilter {
  readonly client: string
  readonly account: string
  readonly action: string
  readonly outcome: string
  /** Days where the reader is, `YYYY-MM-DD`, both inclusive. Empty: any. */
  readonly from: string
  readonly until: string
}
export const ANYTHING: AuditFilter = { client: '', account: '', action: '', outcome: '', from: '', until: '' }

export interface AuditEvent {
  readonly at: number
  readonly chain: string
  readonly seq: number
  readonly clientId: string | null
  readonly clientName: string | null
  readonly accountId: string | null
  readonly accountName: string | null
  readonly role: string | null
  readonly deviceName: string | null
  readonly action: string
  readonly outcome: 'allowed' | 'denied'
  readonly collection: number | null
  readonly documentId: string | null
  readonly count: number
  readonly reason: string | null
  readonly ip: string
  readonly userAgent: string
}
export interface AuditPage {
  readonly items: readonly AuditEvent[]
  readonly next: string | null
}
export interface Named {
  readonly id: string
  readonly name: string
}

const record = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null
const items = (body: unknown): readonly unknown[] | null =>
  record(body) && Array.isArray(body.items) ? body.items : null

/** Null for anything that is not what the server promises. */
export function readAuditPage(body: unknown): AuditPage | null {
  const sound = items(body)?.every(
    (item) => record(item) && typeof item.at === 'number' && typeof item.action === 'string',
  )
  return sound ? (body as AuditPage) : null
}

/** Midnight where the reader is, so many days after it; NaN for what is no day. */
function midnight(day: string, later = 0): number {
  const [year = Number.NaN, month = Number.NaN, date = Number.NaN] = day.split('-').map(Number)
  return new Date(year, month - 1, date + later).getTime()
}

function query({ from, until, ...ids }: AuditFilter): URLSearchParams {
  const params = new URLSearchParams(Object.entries(ids).filter(([, value]) => value !== ''))
  // The first and the last of those days are both in it.
  if (from !== '') params.set('from', String(midnight(from)))
  if (until !== '') params.set('until', String(midnight(until, 1)))
  return params
}

export function auditPath(filter: AuditFilter, cursor?: string): string {
  const params = query(filter)
  if (cursor !== undefined) params.set('cursor', cursor)
  return `/api/v1/staff/audit?${params}`
}

export type ExportFormat = 'csv' | 'jsonl'

export function exportPath(filter: AuditFilter, format: ExportFormat): string {
  const params = query(filter)
  params.set('format', format)
  return `/api/v1/staff/audit/export?${params}`
}
