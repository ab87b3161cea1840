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

export interface IdPage {
  readonly ids: readonly string[]
  /** Pass as `cursor` for the next page; null at the end. */
  readonly next: string | null
}

/** Of one row more than are shown, so that it is known whether there is a next page. */
export const idPageOf = (
  rows: readonly { readonly id: string; readonly at: Date }[],
  limit: number,
): IdPage => {
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return {
    ids: page.map(({ id }) => id),
    next: rows.length > limit && last ? positionText({ at: last.at.getTime(), id: last.id }) : null,
  }
}

/** Undefined: from the start. Null: not a position that a list gave out. */
export const positionOf = (cursor: string | undefined): ListPosition | undefined | null =>
  cursor === undefined ? undefined : (parsePosition(cursor) ?? null)
