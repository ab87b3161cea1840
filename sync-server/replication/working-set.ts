/**
 * The documents of one transaction in memory: read at most once, changed in layers (one a write), written together at
 * its end. A refused write drops its layer, so that it leaves nothing behind (I6).
 */
import type { CollectionName } from '../../shared/protocol/collections.ts'
import type { Actor } from './actor.ts'
import type { DocumentRef, Scope, StoredDocument } from './collection.ts'
import { readDeviceNames } from './device-name-store.ts'
import { type HistoryEntry, readHistory } from './field-history-store.ts'
import type { Registry } from './registry.ts'
import type { Unreadable } from './unreadable.ts'

export interface Staged {
  readonly ref: DocumentRef
  /** As it was before this transaction; undefined when it is new to the feed. */
  readonly before: StoredDocument | undefined
  readonly after: StoredDocument
  /** Stored, but nothing that a device holds has changed. */
  readonly quiet: boolean
  /** Is there a row of it, in the feed or not? */
  readonly stored: boolean
}

export interface WorkingSet {
  readonly scope: Scope
  readonly actor: Actor
  /** Receipt time, ms: the same for everything in this transaction. */
  readonly receivedAt: number
  load(collection: CollectionName, id: string): Promise<StoredDocument | undefined>
  /** With the revision it has already, a document is stored without a new position: only marks or server values changed. */
  stage(collection: CollectionName, document: Omit<StoredDocument, 'seq'>): void
  /** Documents of a collection that this transaction has changed so far: no query sees them as they are now. */
  stagedIds(collection: CollectionName): readonly string[]
  keep(entry: HistoryEntry): void
  /** Entries of one field: the stored ones, oldest first (read once), then those of this transaction. */
  historyOf(ref: DocumentRef, field: string): Promise<readonly HistoryEntry[]>
  /** Names of devices and staff members by id, asked for once. */
  deviceNames(ids: readonly string[]): Promise<ReadonlyMap<string, string>>
  /** The writer's own copy cannot follow from its write alone: send it the whole document. */
  resend(ref: DocumentRef): void
}

export interface TransactionWork extends WorkingSet {
  /** History entries of this transaction, not stored yet. */
  kept(): readonly HistoryEntry[]
  /** What was read of `ids` already: `load` does not ask for them again. */
  know(collection: CollectionName, ids: readonly string[], documents: readonly StoredDocument[]): void
  begin(): { commit(): void; discard(): void }
  staged(): readonly Staged[]
  resent(): readonly DocumentRef[]
  /** Stored entries that could not be opened: left out, for the audit trail. */
  unreadable(): readonly Unreadable[]
}

interface Layer {
  readonly staged: Map<string, { ref: DocumentRef; after: StoredDocument }>
  readonly history: HistoryEntry[]
  readonly resent: Map<string, DocumentRef>
}
const emptyLayer = (): Layer => ({ staged: new Map(), history: [], resent: new Map() })
export const refKey = (ref: DocumentRef) => `${ref.collection}/${ref.id}`

export function createWorkingSet(
  scope: Scope,
  registry: Registry,
  actor: Actor,
  receivedAt: number,
): TransactionWork {
  const stored = new Map<string, StoredDocument | undefined>()
  const base = emptyLayer()
  let top = base
  const layers = () => (top === base ? [base] : [top, base])

  const know: TransactionWork['know'] = (collection, ids, documents) => {
    for (const id of ids) stored.set(refKey({ collection, id }), undefined)
    for (const document of documents) stored.set(refKey({ collection, id: document.id }), document)
  }

  const kept = () => layers().flatMap((layer) => layer.history)
  const storedHistory = new Map<string, Promise<readonly HistoryEntry[]>>()
  const damaged: Unreadable[] = []
  const names = new Map<string, string>()
  const asked = new Set<string>()

  return {
    scope,
    actor,
    receivedAt,
    know,
    async load(collection, id) {
      const key = refKey({ collection, id })
      for (const layer of layers()) {
        const staged = layer.staged.get(key)
        if (staged !== undefined) return staged.after
      }
      if (!stored.has(key)) know(collection, [id], await registry.get(collection).store.read(scope, [id]))
      return stored.get(key)
    },
    stage(collection, document) {
      const ref = { collection, id: document.id }
      top.staged.set(refKey(ref), { ref, after: { ...document, seq: 0 } })
    },
    stagedIds: (collection) => [
      ...new Set(
        layers().flatMap((layer) =>
          [...layer.staged.values()].flatMap(({ ref }) => (ref.collection === collection ? [ref.id] : [])),
        ),
      ),
    ],
    keep: (entry) => void top.history.push(entry),
    kept,
    async historyOf(ref, field) {
      const key = `${refKey(ref)}\n${field}`
      const stored = storedHistory.get(key) ?? readHistory(scope, ref, (found) => damaged.push(found), field)
      storedHistory.set(key, stored)
      return [...(await stored), ...kept().filter((entry) => entry.field === field && entry.id === ref.id)]
    },
    async deviceNames(ids) {
      const unknown = ids.filter((id) => !asked.has(id))
      for (const id of unknown) asked.add(id)
      for (const [id, name] of await readDeviceNames(scope.tx, unknown)) names.set(id, name)
      return names
    },
    resend: (ref) => void top.resent.set(refKey(ref), ref),
    begin() {
      const layer = emptyLayer()
      top = layer
      return {
        commit() {
          for (const [key, staged] of layer.staged) base.staged.set(key, staged)
          for (const [key, ref] of layer.resent) base.resent.set(key, ref)
          base.history.push(...layer.history)
          top = base
        },
        discard() {
          top = base
        },
      }
    },
    staged: () =>
      [...base.staged].map(([key, { ref, after }]) => {
        const known = stored.get(key)
        const before = known === undefined || known.seq === 0 ? undefined : known
        return { ref, after, before, quiet: before?.rev === after.rev, stored: known !== undefined }
      }),
    resent: () => [...base.resent.values()],
    unreadable: () => damaged,
  }
}
