/**
 * The merge of a document whose lost answers stay visible beside the winners: `contested/<key>` lists, for the field
 * `answers/<key>`, what other devices answered, until the client dismisses it. Built on mergeFields; pure.
 * SPEC: shared/merge/SPEC.md, M9–M12.
 */
import { equalJson, type Json } from '../kernel/json.ts'
import { applyPatch, fieldValue } from './fields.ts'
import {
  type FieldEdit,
  type FieldMark,
  type Loser,
  type MergeInput,
  type MergeOutput,
  mergeFields,
  withAuthor,
} from './three-way.ts'

/** One answer that is not the winner. `device` is null where several devices made it together. */
export interface ContestedEntry {
  readonly value: Json
  readonly device: string | null
  readonly deviceName: string
  readonly at: number
}

export interface ContestedInput extends MergeInput {
  /** As the client knows the device; '' for null. */
  readonly deviceName: (device: string | null) => string
}

/** Entries of one field that are shown; older ones are in the field's history. */
export const MAX_CONTESTED = 20

const ANSWERS = 'answers/'
const CONTESTED = 'contested/'

/**
 * mergeFields for a draft. An edit of `contested/<key>` with the value null dismisses what its writer had seen there;
 * any other value for it is ignored. `changed` and `marks` name the contested fields too.
 */
export function mergeContested(input: ContestedInput): MergeOutput {
  const edits = input.edits.filter(({ field }) => !field.startsWith(CONTESTED))
  const answers = mergeFields({ ...input, edits })
  const marks = new Map<string, FieldMark>()
  const patch: [string, Json][] = []
  let outcome = answers.outcome
  for (const key of touchedKeys(input, answers)) {
    const field = CONTESTED + key
    const before = entriesOf(fieldValue(input.master, field))
    const mark = Object.hasOwn(input.marks, field) ? input.marks[field] : undefined
    const seen = mark === undefined || mark.rev <= input.baseRev
    const dismissal = input.edits.find((edit) => edit.field === field && edit.value === null)
    if (dismissal && !seen && before.length > 0) outcome = 'conflict-kept'
    const kept = dismissal && seen ? [] : before
    const { beside: after, equal } = settle(input, answers, key, kept, seen)
    // An entry whose value became the winner is not forgotten: its device counts as an author of the winner.
    const winner = answers.marks[ANSWERS + key]
    if (winner && equal.length > 0) marks.set(ANSWERS + key, equal.reduce(withAuthor, winner))
    if (equalJson(before as unknown as Json, after as unknown as Json)) continue
    const at = Math.max(0, ...input.edits.map((edit) => edit.at))
    marks.set(field, { rev: input.nextRev, at, device: null })
    patch.push([field, after.length === 0 ? null : (after as unknown as Json)])
  }
  if (patch.length === 0) return { ...answers, outcome }
  return {
    merged: applyPatch(answers.merged, patch),
    marks: { ...answers.marks, ...Object.fromEntries(marks) },
    changed: [...answers.changed, ...patch.map(([field]) => field)],
    losers: answers.losers,
    outcome,
  }
}

function touchedKeys(input: ContestedInput, answers: MergeOutput): ReadonlySet<string> {
  const keys = new Set<string>()
  const add = (field: string) => {
    for (const prefix of [ANSWERS, CONTESTED])
      if (field.startsWith(prefix)) keys.add(field.slice(prefix.length))
  }
  for (const edit of input.edits) add(edit.field)
  for (const loser of answers.losers) add(loser.field)
  return keys
}

/** What stands beside the winner after this mutation, newest first; and what is the winner's value itself. */
function settle(
  input: ContestedInput,
  answers: MergeOutput,
  key: string,
  kept: readonly ContestedEntry[],
  seen: boolean,
): { beside: readonly ContestedEntry[]; equal: readonly ContestedEntry[] } {
  const field = ANSWERS + key
  const winner = fieldValue(answers.merged, field)
  let entries = kept
  for (const edit of input.edits)
    if (edit.field === field && !seen && equalJson(edit.value, winner))
      entries = withoutOwnOlder(entries, input.device, edit)
  for (const loser of answers.losers)
    if (loser.field === field && loser.reason === 'conflict')
      entries = withLoser(entries, loser, input.deviceName(loser.device))
  return {
    beside: entries
      .filter((entry) => !equalJson(entry.value, winner))
      .sort((a, b) => b.at - a.at || ((a.device ?? '') < (b.device ?? '') ? 1 : -1))
      .slice(0, MAX_CONTESTED),
    equal: entries.filter((entry) => equalJson(entry.value, winner)),
  }
}

/**
 * A device whose earlier value lost, and which had not seen that when it wrote again, replaced that value itself.
 * (Had it seen the conflict, its earlier value stays: only a dismissal takes it away.)
 */
const withoutOwnOlder = (entries: readonly ContestedEntry[], device: string, edit: FieldEdit) =>
  entries.filter((entry) => entry.device !== device || entry.at > edit.at)

/** At most one entry per device, the newest. Values that several devices made together are told apart by value. */
function withLoser(
  entries: readonly ContestedEntry[],
  loser: Loser,
  deviceName: string,
): readonly ContestedEntry[] {
  const same = (entry: ContestedEntry) =>
    loser.device === null
      ? entry.device === null && equalJson(entry.value, loser.value)
      : entry.device === loser.device
  const known = entries.find(same)
  if (known && known.at > loser.at) return entries
  const { value, device, at } = loser
  return [...entries.filter((entry) => !same(entry)), { value, device, deviceName, at }]
}

/** Only the server writes these lists, so their shape is trusted; anything else counts as none. */
const entriesOf = (value: Json): readonly ContestedEntry[] =>
  Array.isArray(value) ? (value as unknown as readonly ContestedEntry[]) : []
