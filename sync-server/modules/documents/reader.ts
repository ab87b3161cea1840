/** Queries over one client's documents. Titles are sealed: these know only category and when it was shared. */
import type { SqlTransaction } from '../../platform/database.ts'
import { type ListPosition, positionText } from '../../platform/list-position.ts'

export interface DocumentPage {
  readonly ids: readonly string[]
  readonly next: string | null
}
export interface DocumentFilter {
  readonly category?: string | undefined
  readonly before: ListPosition | undefined
  readonly limit: number
}

/** Newest first. */
export async function readDocumentIds(
  tx: SqlTransaction,
  clientId: string,
  { category, before, limit }: DocumentFilter,
): Promise<DocumentPage> {
  const at = before ? new Date(before.at) : null
  const found = await tx.$queryRaw<{ id: string; at: Date }[]>`
    SELECT id, shared_at AS at FROM portal.shared_document
    WHERE client_id = ${clientId}::uuid AND NOT deleted
      AND (${category ?? null}::text IS NULL OR category = ${category ?? null}::text)
      AND (${at}::timestamptz IS NULL OR (shared_at, id) < (${at}::timestamptz, ${before?.id ?? null}::uuid))
    ORDER BY shared_at DESC, id DESC LIMIT ${limit + 1}`
  const rows = found.slice(0, limit)
  const last = rows.at(-1)
  const next = found.length > limit && last ? positionText({ at: last.at.getTime(), id: last.id }) : null
  return { ids: rows.map(({ id }) => id), next }
}

export async function readClientName(tx: SqlTransaction, clientId: string): Promise<string> {
  const [found] = await tx.$queryRaw<{ name: string }[]>`
    SELECT name FROM portal.client WHERE client_id = ${clientId}::uuid`
  return found?.name ?? ''
}
