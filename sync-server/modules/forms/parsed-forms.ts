/** Parsed form definitions, kept in memory: versions are immutable, so what was parsed once stays right. */
import type { JsonObject } from '../../../shared/kernel/json.ts'
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import type { FieldMarks } from '../../../shared/merge/three-way.ts'
import { type Refusal, refusal } from '../../../shared/protocol/errors.ts'
import { assessAnswers } from '../../../shared/questionnaire/assess.ts'
import { readForm } from '../../../shared/questionnaire/expressions/read-form.ts'
import { initialAnswers } from '../../../shared/questionnaire/initial-answers.ts'
import type { AnswerMap, Questionnaire } from '../../../shared/questionnaire/questionnaire.ts'
import { textFields } from '../../../shared/questionnaire/text-fields.ts'
import type { Write } from '../../replication/collection.ts'
import type { WorkingSet } from '../../replication/working-set.ts'

/** Parsed forms kept in memory. */
const KEPT = 200

export interface Judgement {
  /** The answers that count: those of hidden questions are left out. */
  readonly answers: JsonObject
  /** As they were sent. */
  readonly offered: JsonObject
  readonly scores: readonly JsonObject[]
  readonly flags: readonly JsonObject[]
}

export interface ParsedForms {
  /** What a new draft of this version starts with. */
  initialAnswers(work: WorkingSet, definitionId: string): Promise<JsonObject>
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
  const parsed = new Map<string, Questionnaire>()
  const formOf = async (work: WorkingSet, definitionId: string): Promise<Questionnaire | undefined> => {
    const known = parsed.get(definitionId)
    // Also where it is known: a version of another practice must stay unknown to this client.
    const definition = await work.load('definitions', definitionId)
    if (definition === undefined || known !== undefined) return definition && known
    const form = await readForm(definition.body.questionnaire)
    if (!form.ok) throw new Error(`The published form ${definitionId} cannot be read any more.`)
    if (parsed.size >= KEPT) parsed.delete(parsed.keys().next().value ?? '')
    parsed.set(definitionId, form.value)
    return form.value
  }
  return {
    async initialAnswers(work, definitionId) {
      const form = await formOf(work, definitionId)
      return form ? (initialAnswers(form) as JsonObject) : {}
    },
    async textFields(work, definitionId, write, marks) {
      const unseen = write.edits.some(({ field }) => {
        const mark = Object.hasOwn(marks, field) ? marks[field] : undefined
        return mark !== undefined && mark.rev > write.baseRev
      })
      const form = unseen ? await formOf(work, definitionId) : undefined
      return form ? textFields(form) : () => false
    },
    async judge(work, definitionId, answers) {
      const form = await formOf(work, definitionId)
      if (form === undefined) return err(refusal('not_found', 'There is no such form.'))
      const assessment = assessAnswers(form, answers as AnswerMap)
      const [problem] = assessment.problems
      if (problem !== undefined)
        return err(refusal('invalid_answers', `An answer is not valid: ${problem.linkId} (${problem.code}).`))
      return ok({
        answers: assessment.answers as JsonObject,
        offered: answers,
        scores: assessment.scores as unknown as readonly JsonObject[],
        flags: assessment.flags as unknown as readonly JsonObject[],
      })
    },
  }
}
