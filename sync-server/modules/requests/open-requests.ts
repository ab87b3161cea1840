/** The open requests of a client: stored ones, and those of this transaction, which no query can see yet. */
import { isUnderWay } from '../../../shared/domains/medications/refill-rules.ts'
import type { Refill } from '../../../shared/domains/medications/refill-schema.ts'
import { isOpen } from '../../../shared/domains/requests/rules.ts'
import type { Request } from '../../../shared/domains/requests/schema.ts'
import type { StoredDocument } from '../../replication/collection.ts'
import { toClient } from '../../replication/document-store.ts'
import type { WorkingSet } from '../../replication/working-set.ts'
import { readOpenRequestIds, readRefillsUnderWay } from './reader.ts'

// Stored documents were checked when they were written.
export const asRequest = (document: StoredDocument) => toClient(document) as unknown as Request
export const asRefill = (document: StoredDocument) => toClient(document) as unknown as Refill

async function loadAll(work: WorkingSet, stored: readonly string[]): Promise<readonly StoredDocument[]> {
  const found: StoredDocument[] = []
  for (const id of new Set([...stored, ...work.stagedIds('requests')])) {
    const document = await work.load('requests', id)
    if (document !== undefined && !document.deleted) found.push(document)
  }
  return found
}
const isRefill = ({ body }: StoredDocument) => body.kind === 'refill'

export async function openRequests(work: WorkingSet): Promise<readonly Request[]> {
  const { tx, clientId } = work.scope
  const found = await loadAll(work, await readOpenRequestIds(tx, clientId))
  return found
    .filter((each) => !isRefill(each))
    .map(asRequest)
    .filter(isOpen)
}

export async function refillsUnderWay(work: WorkingSet): Promise<readonly Refill[]> {
  const { tx, clientId } = work.scope
  const found = await loadAll(work, await readRefillsUnderWay(tx, clientId))
  return found.filter(isRefill).map(asRefill).filter(isUnderWay)
}
