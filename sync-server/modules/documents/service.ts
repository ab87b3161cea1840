/** Documents that the practice shares, as clients and those who act for them know them over REST. */
import type { SharedDocument } from '../../../shared/domains/documents/schema.ts'
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import { COLLECTIONS } from '../../../shared/protocol/collections.ts'
import { type Refusal, refusal } from '../../../shared/protocol/errors.ts'
import { type ListPosition, parsePosition } from '../../platform/list-position.ts'
import type { Actor } from '../../replication/actor.ts'
import { readersOf } from '../../replication/client-access-store.ts'
import type { StoredDocument } from '../../replication/collection.ts'
import { toClient } from '../../replication/document-store.ts'
import type { ReadSession } from '../../replication/read-record.ts'
import type { Replication } from '../../replication/replication.ts'
import { readDocumentIds } from './reader.ts'

export interface Page<T> {
  readonly items: readonly T[]
  readonly next: string | null
}
export interface DocumentQuery {
  readonly category?: string | undefined
  readonly cursor?: string | undefined
  readonly limit?: number | undefined
}
export interface DocumentsService {
  list(actor: Actor, clientId: string, query: DocumentQuery): Promise<Result<Page<SharedDocument>, Refusal>>
  get(actor: Actor, clientId: string, id: string): Promise<Result<SharedDocument, Refusal>>
}

export const NO_DOCUMENT = refusal('not_found', 'There is no such document.')
const BAD_CURSOR = refusal('invalid_message', 'The cursor is not one that this list gave out.')

// Stored documents were checked when they were written.
export const asDocument = (stored: StoredDocument) => toClient(stored) as unknown as SharedDocument

/** Undefined: from the start. */
export function positionOf(cursor: string | undefined): Result<ListPosition | undefined, Refusal> {
  const before = cursor === undefined ? undefined : parsePosition(cursor)
  return cursor !== undefined && before === undefined ? err(BAD_CURSOR) : ok(before)
}

export async function readPage(
  { scope, documents }: ReadSession,
  { category, limit = 50 }: DocumentQuery,
  before: ListPosition | undefined,
): Promise<Page<SharedDocument>> {
  const { ids, next } = await readDocumentIds(scope.tx, scope.clientId, { category, before, limit })
  return { items: (await documents('documents', ids)).map(asDocument), next }
}

export function createDocumentsService({
  replication,
}: {
  readonly replication: Replication
}): DocumentsService {
  const { number } = COLLECTIONS.documents
  return {
    async list(actor, clientId, query) {
      const before = positionOf(query.cursor)
      if (!before.ok) return before
      return replication.read<Page<SharedDocument>>({
        actor,
        clientId,
        action: 'documents.list',
        permit: readersOf('documents'),
        onDevice: false,
        describe: ({ items }) => ({ collection: number, count: items.length }),
        run: async (session) => ok(await readPage(session, query, before.value)),
      })
    },
    get: (actor, clientId, id) =>
      replication.read<SharedDocument>({
        actor,
        clientId,
        action: 'documents.get',
        permit: readersOf('documents'),
        onDevice: false,
        describe: () => ({ collection: number, documentId: id, count: 1 }),
        run: async ({ documents }) => {
          const [found] = await documents('documents', [id])
          return found === undefined ? err(NO_DOCUMENT) : ok(asDocument(found))
        },
      }),
  }
}
