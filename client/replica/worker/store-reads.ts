/** What the preparation of a change may read: answered from memory where that is known to be what the disk has. */
import type {
  DocumentKey,
  HeadRow,
  JournalRow,
  MetaKey,
  MetaValues,
  OutboxRow,
  RecordRow,
  ShadowRow,
} from './sealed-rows.ts'

export interface StoreReads {
  head(): Promise<Pick<HeadRow, 'version' | 'next'>>
  readonly records: {
    /** In the order of the keys; undefined where there is none. Rows of a block open like others. */
    getMany(keys: readonly DocumentKey[]): Promise<(RecordRow | undefined)[]>
    /** Of all documents. */
    keys(): Promise<DocumentKey[]>
    /** Of documents that lie apart, or in a block that most have left. */
    scattered(): Promise<DocumentKey[]>
  }
  readonly shadow: { getMany(keys: readonly DocumentKey[]): Promise<(ShadowRow | undefined)[]> }
  readonly outbox: {
    get(number: number): Promise<OutboxRow | undefined>
    getMany(numbers: readonly number[]): Promise<(OutboxRow | undefined)[]>
    /** By rising number. */
    all(): Promise<OutboxRow[]>
    ofDocuments(keys: readonly DocumentKey[]): Promise<OutboxRow[]>
  }
  readonly journal: { all(): Promise<JournalRow[]>; firstKey(): Promise<number | undefined> }
  readonly meta: { get<K extends MetaKey>(key: K): Promise<MetaValues[K] | undefined> }
}
