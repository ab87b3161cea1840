/** What could not be delivered, as the server lists it; checked at the edge. */
export interface FailedJob {
  readonly id: string
  readonly kind: string
  readonly outcome: 'failed' | 'expired'
  readonly attempts: number
  readonly endedAt: number
  readonly reason: string | null
  readonly retriable: boolean
}
export interface FailedJobs {
  readonly items: readonly FailedJob[]
  readonly next: string | null
}

const has = (value: unknown, ...keys: string[]): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && keys.every((key) => Object.hasOwn(value, key))

/** Null for anything that is not what the server promises. */
export const readFailedJobs = (body: unknown): FailedJobs | null =>
  has(body, 'items', 'next') &&
  Array.isArray(body.items) &&
  body.items.every((item: unknown) => has(item, 'id', 'kind', 'outcome', 'attempts', 'endedAt', 'retriable'))
    ? (body as unknown as FailedJobs)
    : null

const base = '/api/v1/staff/jobs/failed'
export const jobsPath = (cursor?: string): string =>
  cursor === undefined ? base : `${base}?cursor=${encodeURIComponent(cursor)}`
export const jobPath = (id: string): string => `${base}/${encodeURIComponent(id)}`
export const retryPath = (id: string): string => `${jobPath(id)}/retry`
