/**
 * One collection of the sealed storage. Reads come from the memory index; a write is durable in the worker before it
 * is applied to the index, emitted and resolved. SPEC: client/replica/SPEC.md, R15–R17.
 */
import type {
  BulkWriteRow,
  EventBulk,
  PreparedQuery,
  RxDocumentData,
  RxStorageBulkWriteResponse,
  RxStorageChangeEvent,
  RxStorageCountResult,
  RxStorageInstanceCreationParams,
  RxStorageQueryResult,
} from 'rxdb'
import { categorizeBulkWriteRows } from 'rxdb'
import { RxStorageInstanceMemory, type RxStorageMemory } from 'rxdb/plugins/storage-memory'
import type { AppliedChange, Checkpoint, MemoryIndex } from '../memory-index.ts'
import type { StoredDocument, WorkerClient, WriteRow } from '../worker-port.ts'

type Bulk<T> = EventBulk<RxStorageChangeEvent<RxDocumentData<T>>, Checkpoint>
type NoOptions = Record<string, never>

export interface InstanceDeps<T> {
  readonly storage: RxStorageMemory
  readonly params: RxStorageInstanceCreationParams<T, NoOptions>
  readonly index: MemoryIndex<T>
  readonly client: WorkerClient
  /** What the worker knows this collection by. */
  readonly collection: string
  readonly onClose: () => void
}

/** Another tab can be faster a few times in a row; more often means that page and disk disagree for good. */
const ATTEMPTS = 25

export class SealedStorageInstance<T> extends RxStorageInstanceMemory<T> {
  readonly deps: InstanceDeps<T>
  private last: Promise<unknown> = Promise.resolve()
  private closing: Promise<void> | undefined

  constructor(deps: InstanceDeps<T>) {
    const { params } = deps
    super(
      deps.storage,
      params.databaseName,
      params.collectionName,
      params.schema,
      deps.index.internals,
      params.options,
      {},
      params.devMode,
    )
    this.deps = deps
  }

  /** The memory storage writes its index lazily; here it is always up to date. */
  override ensurePersistence(): void {}

  override bulkWrite(rows: BulkWriteRow<T>[], context: string): Promise<RxStorageBulkWriteResponse<T>> {
    if (this.closed || this.closing !== undefined) return Promise.reject(new Error('the storage is closed'))
    return this.inTurn(() => this.writeDurably(rows, context))
  }

  private inTurn<R>(run: () => Promise<R>): Promise<R> {
    const result = this.last.then(run)
    this.last = result.catch(() => {})
    return result
  }

  private async writeDurably(
    rows: BulkWriteRow<T>[],
    context: string,
  ): Promise<RxStorageBulkWriteResponse<T>> {
    const { client, collection, index } = this.deps
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const sorted = categorizeBulkWriteRows<T>(
        this,
        this.primaryPath as never,
        index.internals.documents,
        rows,
        context,
      )
      const writes = [...sorted.bulkInsertDocs, ...sorted.bulkUpdateDocs]
      if (writes.length === 0) return { error: sorted.errors }
      const reply = await client.call('write', {
        collection,
        rows: writes.map(({ document, previous }) => this.toRow(document, previous)),
      })
      if (!reply.ok) {
        // Somebody was faster: take their documents, then RxDB sees an ordinary conflict.
        this.takeForeign(reply.newer as unknown as RxDocumentData<T>[])
        continue
      }
      const applied = new Set(index.apply(writes.map(({ document }) => document)).map((c) => c.document))
      const { eventBulk, newestRow } = sorted
      eventBulk.events = eventBulk.events.filter((event) =>
        applied.has(event.documentData as RxDocumentData<T>),
      )
      if (eventBulk.events.length > 0 && newestRow !== undefined)
        this.emit({ ...eventBulk, checkpoint: this.checkpointOf(newestRow.document) })
      return { error: sorted.errors }
    }
    throw new Error('the document on disk and the one on the page do not meet')
  }

  private toRow(document: RxDocumentData<T>, previous: RxDocumentData<T> | undefined): WriteRow {
    const stored = document as unknown as StoredDocument
    return {
      id: String(stored[this.primaryPath]),
      document: stored,
      ...(previous && { previous: previous as unknown as StoredDocument }),
    }
  }

  /** Documents that the server or another tab changed: into the index first, then to RxDB. */
  takeForeign(documents: readonly RxDocumentData<T>[]): void {
    if (this.closed) return
    const applied = this.deps.index.apply(documents)
    const events = applied.flatMap((change) => this.eventOf(change))
    const newest = applied.at(-1)
    if (events.length > 0 && newest !== undefined)
      this.emit({
        id: crypto.randomUUID(),
        events,
        checkpoint: this.checkpointOf(newest.document),
        context: 'sealed-storage-foreign',
      })
  }

  private eventOf({ document, previous }: AppliedChange<T>): RxStorageChangeEvent<RxDocumentData<T>>[] {
    const documentId = String((document as unknown as StoredDocument)[this.primaryPath])
    const existed = previous !== undefined && !previous._deleted
    if (document._deleted)
      return existed
        ? [{ operation: 'DELETE', documentId, documentData: document, previousDocumentData: previous }]
        : []
    return existed
      ? [{ operation: 'UPDATE', documentId, documentData: document, previousDocumentData: previous }]
      : [{ operation: 'INSERT', documentId, documentData: document, previousDocumentData: undefined }]
  }

  private emit(bulk: Bulk<T>): void {
    this.internals.changes$.next(bulk)
  }

  private checkpointOf(document: RxDocumentData<T>): Checkpoint {
    return {
      id: String((document as unknown as StoredDocument)[this.primaryPath]),
      lwt: document._meta.lwt,
    }
  }

  override query(query: PreparedQuery<T>): Promise<RxStorageQueryResult<T>> {
    return super.query(query)
  }

  override count(query: PreparedQuery<T>): Promise<RxStorageCountResult> {
    return super.count(query)
  }

  /** Forgets tombstones older than `minimumDeletedTime` (ms), on the disk first. */
  override cleanup(minimumDeletedTime: number): Promise<boolean> {
    return this.inTurn(async () => {
      const before = Date.now() - minimumDeletedTime
      const old = [...this.internals.documents.values()].filter(
        (document) => document._deleted && document._meta.lwt <= before,
      )
      if (old.length === 0) return true
      const ids = old.map((document) => String((document as unknown as StoredDocument)[this.primaryPath]))
      await this.deps.client.call('purge', { collection: this.deps.collection, ids })
      for (const document of old) this.deps.index.remove(document)
      return true
    })
  }

  /** Also on disk: a collection of the same name starts empty afterwards. */
  override async remove(): Promise<void> {
    if (this.closed) throw new Error('closed')
    await this.inTurn(() => this.deps.client.call('drop', { collection: this.deps.collection }))
    this.internals.removed = true
    await this.close()
  }

  override close(): Promise<void> {
    this.closing ??= this.inTurn(async () => {
      this.deps.onClose()
      await super.close()
      this.internals.changes$.complete()
    })
    return this.closing
  }
}
