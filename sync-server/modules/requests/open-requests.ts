/** The open requests of a client: stored ones, and those of this transaction, which no query can see yet. */
import { isOpen } from '../../../shared/domains/requests/rules.ts'
import type { Request } from '../../../shared/domains/requests/schema.ts'
import type { StoredDocument } from '../../replication/collection.ts'
import { toClient } from '../../replication/document-store.ts'
import type { WorkingSet } from '../../replication/working-set.ts'
import { readOpenRequestIds } from './reader.ts'

// Stored documents were checked when they were written.
export const asRequest = (document: StoredDocument) => toClient(document) as unknown as Request

export async function openRequests(work: WorkingSet): Promise<readonly Request[]> {
  const { tx, clientId } = work.scope
  const ids = new Set([...(await readOpenRequestIds(tx, clientId)), ...work.stagedIds('requests')])
  const found: Request[] = []
  for (const id of ids) {
    const document = await work.load('requests', id)
    if (document === undefined || document.deleted) continue
    const request = asRequest(document)
    if (request.kind !== 'refill' && isOpen(request)) found.push(request)
  }
  return found
}
