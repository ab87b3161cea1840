/** What the page that closes a record reads from the server, checked at the edge. */
export interface Closing {
  readonly name: string
  readonly state: 'open' | 'closed'
  readonly closedAt: number | null
  /** `YYYY-MM-DD` */
  readonly retainUntil: string | null
  readonly mustBeKept: boolean
  readonly devices: number
}

/** Null for anything that is not what the server promises. */
export const readClosing = (body: unknown): Closing | null =>
  typeof body === 'object' &&
  body !== null &&
  ['name', 'state', 'closedAt', 'retainUntil', 'mustBeKept', 'devices'].every((key) =>
    Object.hasOwn(body, key),
  )
    ? (body as Closing)
    : null

export const recordPath = (
  clientId: string,
  step: 'closing' | 'reopening' | 'retention' | 'shredding',
): string => `/api/v1/staff/clients/${encodeURIComponent(clientId)}/${step}`

/** What the server says of a refusal, in words for people. */
export const detailOf = (body: unknown): string | null => {
  const detail: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, 'detail') : null
  return typeof detail === 'string' ? detail : null
}
