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

/**
 * For the writer: nothing where its own writes tell all, else the fields it did not send (relative to its revision
 * before the push, applied after its answers); the whole document where it was merged or is new.
 */
export function rowForWriter(
  staged: Staged,
  sent: ReadonlyMap<string, Json> | undefined,
  resend: boolean,
): ChangeRow | undefined {
  if (resend || staged.before === undefined || staged.after.deleted)
    return wholeRow(staged.ref.collection, staged.after)
  const unknown = changedFields(staged).filter(
    ([field, value]) => !sent?.has(field) || !equalJson(sent.get(field), value),
  )
  return unknown.length === 0 ? undefined : partRow(staged, unknown, staged.before.rev)
}
