/**
 * What the write path and the feed need to know of a collection. Modules implement it; main registers them.
 * A collection decides over documents held in a WorkingSet and never talks to the database itself.
 */
import type { JsonObject } from '../../shared/kernel/json.ts'
import type { Result } from '../../shared/kernel/result.ts'
import type { FieldEdit, FieldMarks } from '../../shared/merge/three-way.ts'
import type { CollectionName } from '../../shared/protocol/collections.ts'
import type { Refusal } from '../../shared/protocol/errors.ts'
import type { Outcome } from '../../shared/protocol/terms.ts'
import type { SqlTransaction } from '../platform/database.ts'
import type { ClientCipher } from '../platform/sealing.ts'
import type { Cell } from './rows-json.ts'
import type { WorkingSet } from './working-set.ts'

/** A document as the server keeps it; everything but id, positions and flags is sealed at rest. */
export interface StoredDocument {
  readonly id: string
  readonly rev: number
  /** Position in the client's feed; 0 while it is not in the feed yet. */
  readonly seq: number
  readonly deleted: boolean
  /** What devices hold, without `id` and `updatedAt`. */
  readonly body: JsonObject
  /** What never leaves the server: flags, review notes, source address. */
  readonly server: JsonObject
  readonly marks: FieldMarks
  /** Receipt time of the last change, ms. */
  readonly updatedAt: number
}

/** Whose documents, with which key, in which transaction. */
export interface Scope {
  readonly tx: SqlTransaction
  readonly clientId: string
  readonly cipher: ClientCipher
}

export interface DocumentStore {
  /** Those of `ids` that exist, tombstones included; one round trip a table. */
  read(scope: Scope, ids: readonly string[]): Promise<readonly StoredDocument[]>
  /** The same for several clients, in their order, with no more round trips. Opening them is each client's own matter. */
  fetch(tx: SqlTransaction, wanted: readonly Wanted[]): Promise<readonly Fetched[]>
  /** Sealed rows that insert or replace these documents; `writeRows` writes them. */
  seal(scope: Scope, documents: readonly NewVersion[]): readonly TableRow[]
  /** Takes what was opened of an erased record out of memory. */
  forget?(clientId: string): void
}
export interface NewVersion {
  readonly document: StoredDocument
  /** Is there a row of it already? */
  readonly replaces: boolean
}
export interface Wanted {
  readonly clientId: string
  readonly ids: readonly string[]
}
/** One that cannot be opened throws when its content is looked at. */
export type Fetched = (cipher: ClientCipher) => readonly StoredDocument[]

export interface TableRow {
  readonly table: { write(tx: SqlTransaction, rows: readonly TableRow[]): Promise<void> }
  readonly clientId: string
  readonly cells: { readonly [column: string]: Cell }
  readonly replaces: boolean
  readonly body: Uint8Array
}

/** Who wants the change: a device of the client or a proxy, staff through a service, or the server itself. */
export type WrittenBy = 'client' | 'staff' | 'server'

export interface Write {
  readonly collection: CollectionName
  readonly documentId: string
  /** 0 creates the document. */
  readonly baseRev: number
  readonly edits: readonly FieldEdit[]
  readonly by: WrittenBy
  /** Properties that never leave the server; only for staff and the server itself. */
  readonly server?: JsonObject
  /** Device id (or account id where there is no device): two writers with one id never conflict. */
  readonly writer: string
}

export interface Decision {
  readonly outcome: Exclude<Outcome, 'quarantined'>
  /** Revision of the written document afterwards. */
  readonly rev: number
}

export interface Collection {
  readonly name: CollectionName
  readonly store: DocumentStore
  /** Other documents that `decide` is going to load, so that a batch reads them together. */
  related?(write: Write): readonly DocumentRef[]
  /** Validates, merges and checks the rules of one write; stages what changes. A refusal leaves nothing behind. */
  decide(work: WorkingSet, write: Write): Promise<Result<Decision, Refusal>>
}

export interface DocumentRef {
  readonly collection: CollectionName
  readonly id: string
}
