/** What one transaction changes. */
import type { NewBlock } from './blocks.ts'
import type {
  BlockRow,
  DocumentKey,
  JournalRow,
  MetaKey,
  MetaValues,
  OutboxRow,
  RecordRow,
  ShadowRow,
  SnapshotRow,
} from './sealed-rows.ts'

/** A row whose content is as it was, under another key. */
export type ResealedRow =
  | { readonly table: 'records'; readonly row: RecordRow }
  | { readonly table: 'shadow'; readonly row: ShadowRow }
  | { readonly table: 'outbox'; readonly row: OutboxRow }
  | { readonly table: 'journal'; readonly row: JournalRow }
  | { readonly table: 'blocks'; readonly row: BlockRow }
  | { readonly table: 'snapshots'; readonly row: SnapshotRow }

export interface Changeset {
  readonly records?: readonly RecordRow[]
  /** Documents that arrived in bulk: they leave the place they had. */
  readonly blocks?: readonly NewBlock[]
  /** A new snapshot of a collection: nothing has moved since. */
  readonly snapshot?: { readonly row: SnapshotRow; readonly top: number }
  readonly dropRecords?: readonly DocumentKey[]
  readonly shadow?: readonly ShadowRow[]
  readonly dropShadow?: readonly DocumentKey[]
  readonly outbox?: readonly OutboxRow[]
  readonly dropOutbox?: readonly number[]
  readonly journal?: readonly JournalRow[]
  readonly dropJournal?: readonly number[]
  /** The last change of all: the replica is about to go. */
  readonly ended?: true
  /** The next mutation number. */
  readonly next?: number
  readonly meta?: Partial<MetaValues>
  readonly dropMeta?: readonly MetaKey[]
  readonly resealed?: readonly ResealedRow[]
}
