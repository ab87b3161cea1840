/** Reads a document's properties for typed columns. What is missing or of another type is null: documents are checked before. */
import type { JsonObject } from '../../shared/kernel/json.ts'

export const textColumn = (body: JsonObject, key: string): string | null =>
  typeof body[key] === 'string' ? body[key] : null

export const numberColumn = (body: JsonObject, key: string): number | null =>
  typeof body[key] === 'number' ? body[key] : null

/** From milliseconds. */
export const timeColumn = (body: JsonObject, key: string): Date | null =>
  typeof body[key] === 'number' ? new Date(body[key]) : null
