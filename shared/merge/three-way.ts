/**
 * The merge of one mutation into the server's document: pure, per field. SPEC: shared/merge/SPEC.md, M2–M7.
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
  /** Clamped clock of that write, ms. */
  readonly at: number
  readonly device: string | null
  /** Other devices that wrote the same value without having seen it, and when. */
  readonly agreed?: readonly Author[]
}
export interface Author {
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
  /**
   * For long text in conflict: the value this writer's edit started from (undefined = not known any more). That is the
   * last value of this device that was accepted or merged after `baseRev`, else the value current at `baseRev`; never
   * a value that lost.
   */
  readonly baseText: (field: string) => string | undefined
}

export interface Loser {
  readonly field: string
  readonly value: Json
  readonly device: string | null
  readonly at: number
  /** `superseded`: the same device's own later value is already there; belongs into the history only. */
  readonly reason: 'conflict' | 'superseded'
}

export interface MergeOutput {
  readonly merged: JsonObject
  /** To be stored even when `changed` is empty, if it is another object than the input's. */
  readonly marks: FieldMarks
  /** Fields whose value in `merged` differs from `master`. */
  readonly changed: readonly string[]
  /** Values that were current or offered and are not the field's value now, because of a conflict. */
  readonly losers: readonly Loser[]
  readonly outcome: 'ok' | 'merged' | 'conflict-kept'
}

type FieldOutcome = MergeOutput['outcome']
interface FieldMerge {
  readonly value: Json
  readonly mark: FieldMark | undefined
  readonly losers: readonly Loser[]
  readonly outcome: FieldOutcome
}
const RANK: Record<FieldOutcome, number> = { ok: 0, merged: 1, 'conflict-kept': 2 }

const authors = ({ at, device, agreed = [] }: FieldMark): readonly Author[] => [{ at, device }, ...agreed]

/** The mark of a value that `device` wrote too, without having seen it. */
export function withAuthor(mark: FieldMark, { device, at }: Author): FieldMark {
  const [first, ...rest] = authors(mark)
  const known = authors(mark).some((author) => author.device === device)
  return known || !first ? mark : markOf(mark.rev, [first, ...rest, { device, at }])
}

function markOf(rev: number, [first, ...agreed]: readonly [Author, ...Author[]]): FieldMark {
  return { rev, at: first.at, device: first.device, ...(agreed.length > 0 ? { agreed } : {}) }
}

export function mergeFields(input: MergeInput): MergeOutput {
  const values = new Map<string, Json>()
  const marks = new Map<string, FieldMark>()
  const losers: Loser[] = []
  let outcome: FieldOutcome = 'ok'
  for (const edit of input.edits) {
    const { field } = edit
    const current = values.has(field) ? (values.get(field) ?? null) : fieldValue(input.master, field)
    const before = marks.get(field) ?? (Object.hasOwn(input.marks, field) ? input.marks[field] : undefined)
    const result = mergeField(input, edit, current, before)
    if (!equalJson(current, result.value)) values.set(field, result.value)
    if (result.mark && result.mark !== before) marks.set(field, result.mark)
    losers.push(...result.losers)
    if (RANK[result.outcome] > RANK[outcome]) outcome = result.outcome
  }
  const patch = [...values].filter(([field, value]) => !equalJson(fieldValue(input.master, field), value))
  return {
    merged: applyPatch(input.master, patch),
    marks: marks.size === 0 ? input.marks : { ...input.marks, ...Object.fromEntries(marks) },
    changed: patch.map(([field]) => field),
    losers,
    outcome,
  }
}

function mergeField(
  input: MergeInput,
  { field, value, at }: FieldEdit,
  current: Json,
  mark: FieldMark | undefined,
): FieldMerge {
  const { baseRev, nextRev, device } = input
  const unseen = mark !== undefined && mark.rev > baseRev
  const others = unseen ? authors(mark).filter((author) => author.device !== device) : []
  const accepted = { value, mark: { rev: nextRev, at, device }, losers: [], outcome: 'ok' } as const
  if (equalJson(current, value))
    return { value: current, mark: mark && agree(mark, device, at, unseen), losers: [], outcome: 'ok' }
  if (!unseen) return accepted
  if (others.length === 0) {
    // Numbers may arrive out of order: an older value of the same device must not undo its newer one.
    if (at >= mark.at) return accepted
    return {
      value: current,
      mark,
      losers: [{ field, value, device, at, reason: 'superseded' }],
      outcome: 'ok',
    }
  }
  return (
    mergeAsText(input, { field, value, at }, current, mark) ??
    newest(input, { field, value, at }, current, mark, others)
  )
}

/** An equal value changes nothing, but it counts as written by both: later conflicts must know. */
function agree(mark: FieldMark, device: string, at: number, unseen: boolean): FieldMark {
  const all = authors(mark)
  const own = all.find((author) => author.device === device)
  if (!own) return unseen ? withAuthor(mark, { device, at }) : mark
  if (at <= own.at) return mark
  const [first, ...rest] = all.map((author) => (author === own ? { device, at } : author))
  return first ? markOf(mark.rev, [first, ...rest]) : mark
}

function mergeAsText(
  { isText, baseText, nextRev, device }: MergeInput,
  { field, value, at }: FieldEdit,
  current: Json,
  mark: FieldMark,
): FieldMerge | null {
  if (!isText(field) || typeof value !== 'string' || typeof current !== 'string') return null
  const base = baseText(field)
  if (base === undefined) return null
  const { merged, clean } = mergeText(base, current, value)
  if (!clean) return null
  if (merged === current) return { value: current, mark, losers: [], outcome: 'merged' }
  // A merged text is nobody's alone: the next edit of either writer is compared with what that writer saw.
  const author = merged === value ? device : null
  return {
    value: merged,
    mark: { rev: nextRev, at: Math.max(at, ...authors(mark).map((each) => each.at)), device: author },
    losers: [],
    outcome: 'merged',
  }
}

/** The newest clamped clock wins; on a tie the higher device id, so that both orders give the same winner. */
function newest(
  { nextRev, device }: MergeInput,
  { field, value, at }: FieldEdit,
  current: Json,
  mark: FieldMark,
  others: readonly Author[],
): FieldMerge {
  const wins = others.every((other) => at > other.at || (at === other.at && device > (other.device ?? '')))
  const reason = 'conflict'
  const outcome = 'conflict-kept'
  if (wins) {
    const losers = others.map((other): Loser => ({ field, value: current, ...other, reason }))
    return { value, mark: { rev: nextRev, at, device }, losers, outcome }
  }
  // The writer has gone on to another value: the one that stands is no longer its own too.
  const [first, ...rest] = others
  const left = first && others.length < authors(mark).length ? markOf(mark.rev, [first, ...rest]) : mark
  return { value: current, mark: left, losers: [{ field, value, device, at, reason }], outcome }
}
