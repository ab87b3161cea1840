/** Audit rows as lines of a file: CSV that no spreadsheet takes for formulas, or JSON lines. Pure. */
import type { AuditRow } from './reader.ts'

export type ExportFormat = 'csv' | 'jsonl'

const COLUMNS = [
  'at',
  'outcome',
  'action',
  'role',
  'accountId',
  'accountName',
  'clientId',
  'clientName',
  'deviceId',
  'deviceName',
  'collection',
  'documentId',
  'count',
  'reason',
  'ip',
  'userAgent',
  'chain',
  'seq',
  'hash',
] as const satisfies readonly (keyof AuditRow)[]

/** What a spreadsheet takes for a formula when a cell begins with it. */
const FORMULA = /^[=+\-@\t\r\n]/

function cell(value: string | number | null): string {
  if (value === null) return ''
  const text = String(value)
  const inert = FORMULA.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert
}
const timeOf = (row: AuditRow) => new Date(row.at).toISOString()

export const headOf = (format: ExportFormat): string => (format === 'csv' ? `${COLUMNS.join(',')}\r\n` : '')

export function lineOf(format: ExportFormat, row: AuditRow): string {
  const at = timeOf(row)
  if (format === 'jsonl') return `${JSON.stringify({ ...row, at })}\n`
  return `${COLUMNS.map((column) => (column === 'at' ? at : cell(row[column]))).join(',')}\r\n`
}
