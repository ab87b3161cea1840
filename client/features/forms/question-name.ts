/** A question as a list of problems names it: with the whole way to it, for the same question stands in every row. Pure. */
import { rowOf } from '../../../shared/questionnaire/answer-key.ts'
import type { Instance } from '../../../shared/questionnaire/instances.ts'

/** "Person 2, Medicine 1": every row on the way to this one, outermost first. */
function rowName(instances: readonly Instance[], row: string): string {
  const steps = row === '' ? [] : row.split(/(?<=\])\//)
  return steps
    .map((_, index) => {
      const key = steps.slice(0, index + 1).join('/')
      const list = instances.find(({ rows }) => rows.includes(key))
      return list === undefined ? '' : `${list.item.text} ${list.rows.indexOf(key) + 1}`.trim()
    })
    .filter((name) => name !== '')
    .join(', ')
}

/** `key` of the question, or of one of its answers where each has a row of its own. */
export function questionName(instances: readonly Instance[], key: string, text: string): string {
  if (key.endsWith(']')) return rowName(instances, key)
  const row = rowName(instances, rowOf(key))
  return row === '' ? text : `${row}: ${text}`
}
