/**
 * Rows for `jsonb_to_recordset`: a batch of any size is one parameter, written alike for both databases.
 * Bytes travel as base64, times as ISO 8601.
 */
export type Cell = string | number | boolean | null | Uint8Array | Date

export const rowsJson = (rows: readonly { readonly [column: string]: Cell }[]): string =>
  JSON.stringify(rows.map((row) => Object.fromEntries(Object.entries(row).map(([k, v]) => [k, plain(v)]))))

function plain(cell: Cell): string | number | boolean | null {
  if (cell instanceof Uint8Array) return Buffer.from(cell).toString('base64')
  return cell instanceof Date ? cell.toISOString() : cell
}
