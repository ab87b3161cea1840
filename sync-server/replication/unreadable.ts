/** What is there and cannot be opened: left out of every answer, and told to the audit trail and to the operator. */
import { COLLECTIONS } from '../../shared/protocol/collections.ts'
import type { AuditEvent } from '../platform/audit-chain.ts'
import type { DocumentRef } from './collection.ts'

export interface Unreadable {
  /** Wire number: of a collection that this server may not know. */
  readonly collection: number
  readonly documentId: string
  /** Table and id of the row, where it is not the document's own. */
  readonly row?: string
}
export type NoteUnreadable = (found: Unreadable) => void

export const unreadableDocument = ({ collection, id }: DocumentRef): Unreadable => ({
  collection: COLLECTIONS[collection].number,
  documentId: id,
})

const ACTION = 'seal.unreadable'

/** Ids alone: what was in it is not known, and would not be written. */
export const unreadablePart = ({ collection, documentId, row }: Unreadable) => ({
  action: ACTION,
  outcome: 'denied' as const,
  collection,
  documentId,
  ...(row === undefined ? {} : { reason: row }),
})

/** After the commit: who watches the log sees what the trail has. */
export function tellOperator(
  tell: ((event: AuditEvent) => void) | undefined,
  events: readonly AuditEvent[],
): void {
  for (const event of events) if (event.action === ACTION) tell?.(event)
}
