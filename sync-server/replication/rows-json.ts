/**
 * Rows as one parameter, a batch of any size, written alike for both databases: JSON for `json_to_recordset`, and beside
 * it the bytes of all rows in one piece, from which `bytes(column)` cuts each row's own.
 */
export type Cell = string | number | boolean | null | Uint8Array | Date

export const rowsJson = (rows: readonly { readonly [column: string]: Cell | undefined }[]): string =>
  JSON.stringify(rows.map((row) => Object.fromEntries(Object.entries(row).map(([k, v]) => [k, plain(v)]))))

function plain(cell: Cell | undefined): string | number | boolean | null | undefined {
  if (cell instanceof Uint8Array) return Buffer.from(cell).toString('base64')
  return cell instanceof Date ? cell.toISOString() : cell
}

export interface PackedBytes {
  readonly bytes: Buffer
  /** For `substring(bytes FROM at FOR size)`: counted from 1. */
  readonly places: readonly { readonly at: number; readonly size: number }[]
}

/** Bytes as they are: a parameter of their own costs neither base64 nor its decoding. */
export function packBytes(parts: readonly Uint8Array[]): PackedBytes {
  let at = 1
  const places = parts.map(({ length: size }) => {
    const place = { at, size }
    at += size
    return place
  })
  return { bytes: Buffer.concat(parts), places }
}
