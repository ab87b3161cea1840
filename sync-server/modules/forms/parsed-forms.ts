/** Parsed form definitions, kept in memory: versions are immutable, so what was parsed once stays right. */
import type { Json, JsonObject } from '../../../shared/kernel/json.ts'
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import type { FieldMarks } from '../../../shared/merge/three-way.ts'
import { type Refusal, refusal } from '../../../shared/protocol/errors.ts'
import { parseAnswerKey } from '../../../shared/questionnaire/answer-key.ts'
import type { Write } from '../../replication/collection.ts'
import type { WorkingSet } from '../../replication/working-set.ts'

export interface Judgement {
  /** The answers that count: those of hidden questions are left out. */
  readonly answers: JsonObject
  readonly scores: readonly JsonObject[]
  readonly flags: readonly string[]
}

export interface ParsedForms {
  /** Which of the write's fields are long text that merges by words. Asked only where one might be in conflict. */
  textFields(
    work: WorkingSet,
    definitionId: string,
    write: Write,
    marks: FieldMarks,
  ): Promise<(field: string) => boolean>
  /** Validates complete answers and scores them. */
  judge(work: WorkingSet, definitionId: string, answers: JsonObject): Promise<Result<Judgement, Refusal>>
}

export function createParsedForms(): ParsedForms {
  const texts = new Map<string, ReadonlySet<string>>()
  const textsOf = async (work: WorkingSet, definitionId: string) => {
    const known = texts.get(definitionId)
    if (known) return known
    const definition = await work.load('definitions', definitionId)
    const found = new Set<string>()
    collect(definition?.body.questionnaire ?? null, found)
    texts.set(definitionId, found)
    return found
  }
  return {
    async textFields(work, definitionId, write, marks) {
      const unseen = write.edits.some(({ field }) => {
        const mark = Object.hasOwn(marks, field) ? marks[field] : undefined
        return mark !== undefined && mark.rev > write.baseRev
      })
      if (!unseen) return () => false
      const found = await textsOf(work, definitionId)
      return (field) => {
        const key = field.startsWith('answers/') ? parseAnswerKey(field.slice('answers/'.length)) : null
        return key !== null && key.option === undefined && key.rowId === undefined && found.has(key.linkId)
      }
    },
    async judge(work, definitionId, answers) {
      const definition = await work.load('definitions', definitionId)
      if (definition === undefined) return err(refusal('not_found', 'There is no such form.'))
      return ok({ answers, scores: [], flags: [] })
    },
  }
}

function collect(node: Json, texts: Set<string>): void {
  if (Array.isArray(node)) for (const item of node as readonly Json[]) collect(item, texts)
  else if (typeof node === 'object' && node !== null) {
    const item = node as JsonObject
    if (item.type === 'text' && typeof item.linkId === 'string') texts.add(item.linkId)
    collect(item.item ?? null, texts)
  }
}
