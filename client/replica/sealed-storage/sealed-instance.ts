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
import { createBodies } from './bodies.ts'
import { countMatches, type Queried, runQuery } from './collection-query.ts'

type Bulk<T> = EventBulk<RxStorageChangeEvent<RxDocumentData<T>>, Checkpoint>
type NoOptions = Record<string, never>

export interface InstanceDeps<T> {
  readonly storage: RxStorageMemory
  readonly params: RxStorageInstanceCreationParams<T, NoOptions>
  readonly index: MemoryIndex<T>
  readonly client: WorkerClient
  /** What the worker knows this collection by. */
  readonly collection: string
  /** The index is filled. Until then everybody waits. */
  readonly loaded: Promise<void>
  readonly onClose: () => void
}

/** Another tab can be faster a few times in a row; more often means that page and disk disagree for good. */
const ATTEMPTS = 25

export class SealedStorageInstance<T> extends RxStorageInstanceMemory<T> {
  readonly deps: InstanceDeps<T>
  private readonly queried: Queried<T>
  private last: Promise<unknown>
  /** Changes of others whose former documents are being fetched. */
  private foreign: Promise<unknown> | undefined
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
    this.last = deps.loaded
    const bodies = createBodies<T>({
      client: deps.client,
      collection: deps.collection,
      primaryPath: this.primaryPath,
      index: deps.index,
      onNewer: (documents) => this.applyForeign(documents),
    })
    this.queried = { schema: params.schema, index: deps.index, bodies }
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
    await this.deps.loaded
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const before = await this.documentsBefore(rows)
      if (before === undefined) continue
      const sorted = categorizeBulkWriteRows<T>(this, this.primaryPath as never, before, rows, context)
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
      const changes = index.apply(
        writes.map(({ document }) => document),
        before,
      )
      const applied = new Set(changes.map((change) => change.document))
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

  /** What the rows are written to; undefined: it has just moved on. */
  private async documentsBefore(
    rows: readonly BulkWriteRow<T>[],
  ): Promise<Map<string, RxDocumentData<T>> | undefined> {
    const { index } = this.deps
    const before = new Map<string, RxDocumentData<T>>()
    const missing: number[] = []
    for (const { document, previous } of rows) {
      const id = this.idOf(document)
      const here = index.get(id)
      const row = here === undefined ? index.rowOf(id) : -1
      if (here !== undefined) before.set(id, here)
      else if (row >= 0 && previous?._rev === index.columns?.rev(row))
        before.set(id, previous as RxDocumentData<T>)
      else if (row >= 0) missing.push(row)
    }
    if (missing.length === 0) return before
    const found = await this.queried.bodies.load(missing)
    for (const document of found?.values() ?? []) before.set(this.idOf(document), document)
    return found && before
  }

  private idOf(document: unknown): string {
    return String((document as StoredDocument)[this.primaryPath])
  }

  private toRow(document: RxDocumentData<T>, previous: RxDocumentData<T> | undefined): WriteRow {
    const stored = document as unknown as StoredDocument
    return {
      id: this.idOf(document),
      document: stored,
      ...(previous && { previous: previous as unknown as StoredDocument }),
    }
  }

  /** Documents that the server or another tab changed: into the index first, then to RxDB. */
  takeForeign(documents: readonly RxDocumentData<T>[]): void {
    const { index } = this.deps
    const rows = documents.map((document) => index.rowOf(this.idOf(document))).filter((row) => row >= 0)
    if (rows.length === 0 && this.foreign === undefined) {
      this.applyForeign(documents)
      return
    }
    // RxDB compares with what was: that is fetched, as far as it still is where it was.
    const apply = async () => {
      const bodies = new Map<string, RxDocumentData<T>>()
      const still = rows.filter(index.counts)
      await this.queried.bodies.visit(still, (_, document) => bodies.set(this.idOf(document), document))
      this.applyForeign(documents, bodies)
    }
    const mine = (this.foreign ?? Promise.resolve()).then(apply).catch((error: unknown) => {
      if (!this.closed) this.applyForeign(documents)
      console.warn('what a document was before could not be read', error)
    })
    this.foreign = mine
    void mine.then(() => {
      if (this.foreign === mine) this.foreign = undefined
    })
  }

  private applyForeign(
    documents: readonly RxDocumentData<T>[],
    bodies?: ReadonlyMap<string, RxDocumentData<T>>,
  ): void {
    if (this.closed) return
    const applied = this.deps.index.apply(documents, bodies)
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
    const documentId = this.idOf(document)
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
      id: this.idOf(document),
      lwt: document._meta.lwt,
    }
  }

  override async query(query: PreparedQuery<T>): Promise<RxStorageQueryResult<T>> {
    await this.deps.loaded
    return { documents: await runQuery(this.queried, query) }
  }

  override async count(query: PreparedQuery<T>): Promise<RxStorageCountResult> {
    await this.deps.loaded
    return { count: await countMatches(this.queried, query), mode: 'fast' }
  }

  override async findDocumentsById(ids: string[], withDeleted: boolean): Promise<RxDocumentData<T>[]> {
    await this.deps.loaded
    const { index } = this.deps
    for (;;) {
      const rows = ids.map((id) => index.rowOf(id))
      const wanted = rows.filter((row) => row >= 0)
      const read = wanted.length > 0 ? await this.queried.bodies.load(wanted) : new Map<number, never>()
      if (read === undefined) continue
      return ids.flatMap((id, at) => {
        const document = read.get(rows[at] as number) ?? index.get(id)
        return document !== undefined && (withDeleted || !document._deleted) ? [document] : []
      })
    }
  }

  /** Forgets tombstones older than `minimumDeletedTime` (ms), on the disk first. */
  override cleanup(minimumDeletedTime: number): Promise<boolean> {
    return this.inTurn(async () => {
      const { index, client, collection } = this.deps
      const before = Date.now() - minimumDeletedTime
      const isOld = ({ _deleted, _meta }: StoredDocument) => _deleted && _meta.lwt <= before
      const here = [...this.internals.documents.values()] as unknown as StoredDocument[]
      const { columns } = index
      const rows = Array.from({ length: columns?.count ?? 0 }, (_, row) => row).filter(
        (row) => index.counts(row) && isOld(columns?.keys(row) as unknown as StoredDocument),
      )
      const ids = [
        ...here.filter(isOld).map((document) => this.idOf(document)),
        ...rows.map((row) => columns?.id(row) as string),
      ]
      if (ids.length === 0) return true
      await client.call('purge', { collection, ids })
      index.forget(ids)
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
