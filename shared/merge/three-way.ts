/**
 * The merge of one mutation into the server's document: pure, per field. SPEC: shared/merge/SPEC.md, M2–M9.
 *
 * A field is in conflict only if somebody else changed it after the revision the writer saw, and the values differ.
 * The loser is never dropped: it is returned in `losers`, and the caller stores it where the client can see it.
 */
import { equalJson, type Json, type JsonObject } from '../kernel/json.ts'
import { applyPatch, fieldValue } from './fields.ts'
import { mergeText } from './text.ts'

/** Who wrote a field last: `device` is null when the stored value is itself the product of a merge or of the server. */
export interface FieldMark {
  readonly rev: number
  readonly at: number
  readonly device: string | null
}
export type FieldMarks = { readonly [field: string]: FieldMark }

export interface FieldEdit {
  readonly field: string
  readonly value: Json
  /** Clamped clock of the edit, ms. */
  readonly at: number
}

export interface MergeInput {
  readonly master: JsonObject
  readonly marks: FieldMarks
  /** Revision the writer had when it wrote. */
  readonly baseRev: number
  readonly nextRev: number
  readonly device: string
  readonly edits: readonly FieldEdit[]
  /** Long text merges by words; everything else is a scalar. */
  readonly isText: (field: string) => boolean
  /** For long text in conflict: the value this writer's edit started from (undefined = not known any more). */
  readonly baseText: (field: string) => string | undefined
}

export interface Loser {
  readonly field: string
  readonly value: Json
  readonly device: string | null
  readonly at: number
}

export interface MergeOutput {
  readonly merged: JsonObject
  readonly marks: FieldMarks
  /** Fields whose value in `merged` differs from `master`. */
  readonly changed: readonly string[]
  /** Values that were current or offered and are not the field's value now, because of a conflict. */
  readonly losers: readonly Loser[]
  readonly outcome: 'ok' | 'merged' | 'conflict-kept'
}

export function mergeFields(input: MergeInput): MergeOutput {
  const { master, baseRev, nextRev, device } = input
  const marks: Record<string, FieldMark> = { ...input.marks }
  const patch: [string, Json][] = []
  const losers: Loser[] = []
  let outcome: MergeOutput['outcome'] = 'ok'

  for (const { field, value, at } of input.edits) {
    const current = fieldValue(master, field)
    const mark = Object.hasOwn(input.marks, field) ? input.marks[field] : undefined
    if (equalJson(current, value)) continue
    const conflict = mark !== undefined && mark.rev > baseRev && mark.device !== device
    if (!conflict) {
      patch.push([field, value])
      marks[field] = { rev: nextRev, at, device }
      continue
    }
    if (input.isText(field) && typeof value === 'string' && typeof current === 'string') {
      const base = input.baseText(field)
      const text = mergeText(base ?? '', current, value)
      if (text.clean && base !== undefined) {
        if (outcome === 'ok') outcome = 'merged'
        if (text.merged !== current) {
          patch.push([field, text.merged])
          // A merged text is nobody's alone: the next edit of either writer is compared with what that writer saw.
          marks[field] = { rev: nextRev, at: Math.max(at, mark.at), device: text.merged === value ? device : null }
        }
        continue
      }
    }
    outcome = 'conflict-kept'
    const wins = at > mark.at || (at === mark.at && device > (mark.device ?? ''))
    if (wins) {
      losers.push({ field, value: current, device: mark.device, at: mark.at })
      patch.push([field, value])
      marks[field] = { rev: nextRev, at, device }
    } else losers.push({ field, value, device, at })
  }
  return {
    merged: applyPatch(master, patch),
    marks,
    changed: patch.map(([field]) => field),
    losers,
    outcome,
  }
}
