/**
 * Merge of documents that are inserted once and never edited by their writers (messages, submissions): the same
 * document again is a repetition, another one under the same id is refused. Pure. SPEC: shared/merge/SPEC.md, M14.
 */
import { equalJson, type JsonObject } from '../kernel/json.ts'

export type Insertion = 'insert' | 'repetition' | 'already_exists'

/** `fields` names what the writer supplies; what the server adds later does not make it another document. */
export function mergeInsertion(
  master: JsonObject | undefined,
  offered: JsonObject,
  fields: readonly string[],
): Insertion {
  if (master === undefined) return 'insert'
  const value = (document: JsonObject, field: string) =>
    Object.hasOwn(document, field) ? (document[field] ?? null) : null
  return fields.every((field) => equalJson(value(master, field), value(offered, field)))
    ? 'repetition'
    : 'already_exists'
}
