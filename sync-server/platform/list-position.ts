/**
 * Where a page of a list ended, as text for the one who asked: `<ms>_<id>`. Only what a list could have given out is
 * read back: an id that is none, or a time beyond the database's, would be an error there.
 */
export interface ListPosition {
  /** ms since 1970. */
  readonly at: number
  readonly id: string
}

/** Thirteen digits reach the year 2286. */
const SHAPE = /^(\d{1,13})_([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/

export const positionText = ({ at, id }: ListPosition): string => `${at}_${id}`

export function parsePosition(cursor: string): ListPosition | undefined {
  const [, at, id] = SHAPE.exec(cursor) ?? []
  return at === undefined || id === undefined ? undefined : { at: Number(at), id }
}
