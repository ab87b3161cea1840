/**
 * Merges one write into a document and keeps what it displaces: replaced values, lost ones, and what a writer sent
 * before its text was merged (the base of its next edit). SPEC: shared/merge/SPEC.md.
 */
import type { Json } from '../../shared/kernel/json.ts'
import { equalJson } from '../../shared/kernel/json.ts'
import { fieldValue } from '../../shared/merge/fields.ts'
import {
  type FieldEdit,
  type MergeInput,
  type MergeOutput,
  mergeFields,
} from '../../shared/merge/three-way.ts'
import type { CollectionName } from '../../shared/protocol/collections.ts'
import type { DocumentRef, StoredDocument, Write } from './collection.ts'
import type { HistoryEntry } from './field-history-store.ts'
import type { WorkingSet } from './working-set.ts'

export interface MergeTarget {
  readonly collection: CollectionName
  readonly master: StoredDocument
  readonly isText?: (field: string) => boolean
  /** mergeFields, or a rule of the collection built on it. */
  readonly merge?: (input: MergeInput) => MergeOutput
}

const no = () => false

/** Nothing is staged: the caller checks its rules first. `displaced` belongs into the history when it does stage. */
export async function mergeWrite(
  work: WorkingSet,
  write: Write,
  { collection, master, isText = no, merge = mergeFields }: MergeTarget,
): Promise<MergeOutput & { readonly displaced: readonly HistoryEntry[] }> {
  const ref = { collection, id: master.id }
  const bases = new Map<string, string>()
  for (const edit of write.edits)
    if (needsBase(edit, write, master, isText))
      bases.set(edit.field, await textBase(work, ref, edit.field, write))
  const nextRev = master.rev + 1
  const output = merge({
    master: master.body,
    marks: master.marks,
    baseRev: write.baseRev,
    nextRev,
    device: write.writer,
    edits: write.edits,
    isText,
    baseText: (field) => bases.get(field),
  })
  return { ...output, displaced: displacedBy(output, write, collection, master, bases) }
}

function needsBase(
  edit: FieldEdit,
  write: Write,
  master: StoredDocument,
  isText: (field: string) => boolean,
) {
  const mark = master.marks[edit.field]
  return (
    mark !== undefined &&
    mark.rev > write.baseRev &&
    mark.device !== write.writer &&
    typeof edit.value === 'string' &&
    isText(edit.field) &&
    !equalJson(fieldValue(master.body, edit.field), edit.value)
  )
}

/**
 * What the writer's text started from: the newest value it submitted itself after `baseRev`, else the value that was
 * current at `baseRev` (none: the empty text).
 */
async function textBase(
  work: WorkingSet,
  ref: DocumentRef,
  field: string,
  { baseRev, writer }: Write,
): Promise<string> {
  const entries = await work.historyOf(ref, field)
  const text = (value: Json | undefined) => (typeof value === 'string' ? value : '')
  const own = entries.filter(
    (entry) => entry.device === writer && entry.sinceRev > baseRev && !isRefusedOffer(entry),
  )
  if (own.length > 0) return text(own.reduce((a, b) => (b.sinceRev >= a.sinceRev ? b : a)).value)
  return text(entries.find((entry) => entry.sinceRev <= baseRev && entry.untilRev > baseRev)?.value)
}

/** Offered and lost at once: it never was the document's value. */
const isRefusedOffer = (entry: HistoryEntry) => entry.kind === 'lost' && entry.sinceRev === entry.untilRev

function displacedBy(
  output: MergeOutput,
  write: Write,
  collection: CollectionName,
  master: StoredDocument,
  bases: ReadonlyMap<string, string>,
): readonly HistoryEntry[] {
  const rev = master.rev + 1
  const ref = { collection, id: master.id }
  const displaced: HistoryEntry[] = []
  const conflicts = new Set(output.losers.map(({ field }) => field))
  for (const field of output.changed) {
    const value = fieldValue(master.body, field)
    if (value === null) continue
    const mark = master.marks[field]
    displaced.push({
      ...ref,
      field,
      value,
      kind: conflicts.has(field) ? 'lost' : 'previous',
      sinceRev: mark?.rev ?? 1,
      untilRev: rev,
      device: mark?.device ?? null,
      at: mark?.at ?? master.updatedAt,
    })
  }
  for (const { field, value, at } of write.edits) {
    if (equalJson(fieldValue(output.merged, field), value)) continue
    const offered = { ...ref, field, value, sinceRev: rev, untilRev: rev, device: write.writer, at }
    const lost = output.losers.some((loser) => loser.field === field && equalJson(loser.value, value))
    if (lost) displaced.push({ ...offered, kind: 'lost' })
    else if (bases.has(field)) displaced.push({ ...offered, kind: 'submitted' })
  }
  return displaced
}
