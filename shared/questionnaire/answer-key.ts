/**
 * How answers are keyed, so that merging by option and by row is ordinary merging of fields:
 *
 *   linkId                        the answer of a single question
 *   linkId{code}                  true: one chosen option of a question with several answers
 *   linkId[rowId]                 a row: its order number (group) or its value (question with several answers)
 *   linkId[rowId]/childLinkId     an answer inside that row (rows nest)
 *
 * `{ } [ ] %` inside link ids and codes are percent-escaped, so that a key has exactly one reading. A link id may
 * contain slashes. SPEC: shared/merge/SPEC.md, M8.
 */

/** One step into a repeating item. */
export interface Row {
  readonly linkId: string
  readonly rowId: string
}

export interface AnswerKey {
  /** Rows that the question lies in, outermost first. */
  readonly rows: readonly Row[]
  readonly linkId: string
  /** Set when the key is one option of a question with several answers. */
  readonly option?: string
  /** Set when the key is a row itself. */
  readonly rowId?: string
}

const ROW_ID = /^[A-Za-z0-9_-]{1,64}$/
const LAST = /^([^{}[\]]+)(?:\{([^{}[\]]*)\}|\[([A-Za-z0-9_-]{1,64})\])?$/

const escapeKey = (text: string): string =>
  text.replace(/[{}[\]%]/g, (char) => `%${char.charCodeAt(0).toString(16)}`)
const unescapeKey = (text: string): string =>
  text.replace(/%(7b|7d|5b|5d|25)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))

/** Key of a question outside of any row. The same text as the link id unless that holds `{ } [ ] %`. */
export const itemKey = (linkId: string): string => escapeKey(linkId)

/** Key of one option of a question with several answers; `code` is `Option.token`. */
export const optionKey = (linkId: string, code: string): string => `${escapeKey(linkId)}{${escapeKey(code)}}`

/** Key of a row. Row ids are made by the device, sort by creation, and hold only `A–Z a–z 0–9 _ -`. */
export function rowKey(linkId: string, rowId: string): string {
  if (!ROW_ID.test(rowId)) throw new RangeError('A row id has 1 to 64 letters, digits, "-" or "_".')
  return `${escapeKey(linkId)}[${rowId}]`
}

/** Key inside a row: `inRow(rowKey('medications', id), itemKey('dose'))`. An empty row means "outside of any row". */
export const inRow = (row: string, key: string): string => (row === '' ? key : `${row}/${key}`)

/** The parts of a key, or null for a text that is no key. */
export function parseAnswerKey(key: string): AnswerKey | null {
  if (key.length > 500) return null
  const rows: Row[] = []
  let rest = key
  for (let end = rest.indexOf(']/'); end >= 0; end = rest.indexOf(']/')) {
    const match = LAST.exec(rest.slice(0, end + 1))
    if (!match?.[1] || match[3] === undefined) return null
    rows.push({ linkId: unescapeKey(match[1]), rowId: match[3] })
    rest = rest.slice(end + 2)
  }
  const match = LAST.exec(rest)
  if (!match?.[1]) return null
  return {
    rows,
    linkId: unescapeKey(match[1]),
    ...(match[2] === undefined ? {} : { option: unescapeKey(match[2]) }),
    ...(match[3] === undefined ? {} : { rowId: match[3] }),
  }
}

/** The row a key lies in ('' outside of any row): everything before its last `]/`. */
export const rowOf = (key: string): string => {
  const end = key.lastIndexOf(']/')
  return end < 0 ? '' : key.slice(0, end + 1)
}
