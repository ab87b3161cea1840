/**
 * The questions a form has for given answers: every item once per row that it lies in, in the order of the form.
 * Rows exist where `linkId[rowId]` has an answer. Bounded, so that hostile answers cost a bounded time.
 */
import { inRow, itemKey, parseAnswerKey, rowKey } from './answer-key.ts'
import { type AnswerMap, hasRows, type Item, type Questionnaire } from './questionnaire.ts'

export interface Instance {
  readonly item: Item
  /** Key of the row it lies in; '' outside of any row. */
  readonly row: string
  /** Key of its answer: `linkId` within its row. */
  readonly key: string
  /** For an item with rows: their keys in order. */
  readonly rows: readonly string[]
}

export const MAX_ROWS = 100
const MAX_INSTANCES = 20_000

/** Rows of every repeating item: `row/linkId` → row keys, sorted by order number, then by row id. */
export function readRows(
  questionnaire: Questionnaire,
  answers: AnswerMap,
): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, { key: string; order: number; rowId: string }[]>()
  for (const key of Object.keys(answers)) {
    if (!key.endsWith(']')) continue
    const parsed = parseAnswerKey(key)
    const item = parsed && questionnaire.byLinkId.get(parsed.linkId)
    if (!parsed?.rowId || !item || !hasRows(item)) continue
    const list = key.slice(0, key.lastIndexOf('['))
    const answer = answers[key]
    const order = item.type === 'group' && typeof answer === 'number' ? answer : 0
    const row = { key, order, rowId: parsed.rowId }
    const rows = found.get(list)
    if (rows) rows.push(row)
    else found.set(list, [row])
  }
  const sorted = [...found].map(([list, rows]) => {
    rows.sort((a, b) => a.order - b.order || (a.rowId < b.rowId ? -1 : 1))
    return [list, rows.slice(0, MAX_ROWS).map((row) => row.key)] as const
  })
  return new Map(sorted)
}

/** Every item in every row, parents before children, in the order of the form. */
export function instancesOf(questionnaire: Questionnaire, answers: AnswerMap): readonly Instance[] {
  const rows = readRows(questionnaire, answers)
  const result: Instance[] = []
  // A stack in place of recursion; pushed in reverse, so that it pops in the order of the form.
  const stack = questionnaire.items.map((item) => ({ item, row: '' })).reverse()
  for (let next = stack.pop(); next && result.length < MAX_INSTANCES; next = stack.pop()) {
    const { item, row } = next
    const key = inRow(row, itemKey(item.linkId))
    const ownRows = hasRows(item) ? (rows.get(key) ?? []) : []
    result.push({ item, row, key, rows: ownRows })
    for (const below of hasRows(item) ? ownRows.toReversed() : [row])
      for (const child of item.items.toReversed()) stack.push({ item: child, row: below })
  }
  return result
}

/** The key of a new row of `instance`. */
export const newRowKey = (instance: Pick<Instance, 'item' | 'row'>, rowId: string): string =>
  inRow(instance.row, rowKey(instance.item.linkId, rowId))
