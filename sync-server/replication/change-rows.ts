/**
 * What a commit tells: to everybody else all of it, to the writer only what its own writes do not already tell it.
 * SPEC: shared/protocol/SPEC.md.
 */
import { equalJson, type Json } from '../../shared/kernel/json.ts'
import { diffFields, type FieldPatch } from '../../shared/merge/fields.ts'
import { COLLECTIONS } from '../../shared/protocol/collections.ts'
import type { ChangeRow } from '../../shared/protocol/messages.ts'
import type { StoredDocument } from './collection.ts'
import { mapsOf, toClient } from './document-store.ts'
import type { Staged } from './working-set.ts'

export function wholeRow(collection: keyof typeof COLLECTIONS, document: StoredDocument): ChangeRow {
  const { number } = COLLECTIONS[collection]
  return document.deleted
    ? [number, document.id, document.rev, 2]
    : [number, document.id, document.rev, 0, toClient(document)]
}

function partRow({ ref, after }: Staged, fields: FieldPatch, previousRev: number): ChangeRow {
  return [COLLECTIONS[ref.collection].number, ref.id, after.rev, 1, fields, previousRev, after.updatedAt]
}

const changedFields = ({ ref, before, after }: Staged): FieldPatch =>
  diffFields(before?.body ?? {}, after.body, mapsOf(ref.collection))

/** For every other device of the client. */
export function rowForOthers(staged: Staged): ChangeRow {
  if (staged.before === undefined || staged.before.deleted || staged.after.deleted)
    return wholeRow(staged.ref.collection, staged.after)
  return partRow(staged, changedFields(staged), staged.before.rev)
}

/** What a device's push said of one document itself. */
export interface SentOf {
  /** Last value it sent for each field. */
  readonly values: Map<string, Json>
  /** Revisions that its own writes to the document have made. */
  steps: number
}

/**
 * For the writer: nothing where its own writes tell all, else the fields it did not send (relative to its revision
 * before the push, applied after its answers); the whole document where it was merged or is new. Where the push moved
 * the document on by other writes too (late edits do, M17), there is a row even without fields: the revisions that the
 * answers name do not follow each other, and only a row leads over them.
 */
export function rowForWriter(
  staged: Staged,
  sent: SentOf | undefined,
  resend: boolean,
): ChangeRow | undefined {
  if (resend || staged.before === undefined || staged.after.deleted)
    return wholeRow(staged.ref.collection, staged.after)
  const unknown = changedFields(staged).filter(
    ([field, value]) => !sent?.values.has(field) || !equalJson(sent.values.get(field), value),
  )
  const follows = sent !== undefined && sent.steps === staged.after.rev - staged.before.rev
  return unknown.length === 0 && follows ? undefined : partRow(staged, unknown, staged.before.rev)
}
