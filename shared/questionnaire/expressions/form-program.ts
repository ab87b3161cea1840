/**
 * Runs the compiled expressions of a form. One changed answer evaluates again only what reads it, or reads what changed
 * because of it; each expression sees a response with nothing in it but what it reads. An expression that fails, or
 * takes too many steps, has no value.
 */
import { equalJson, type Json } from '../../kernel/json.ts'
import { parseAnswerKey } from '../answer-key.ts'
import { type Decided, decideForm, type Rules } from '../enable.ts'
import { initialValues } from '../initial-answers.ts'
import type { Instance } from '../instances.ts'
import type { BrokenConstraint, Evaluation, Program } from '../program.ts'
import type { Answer, AnswerMap, Constraint, Questionnaire } from '../questionnaire.ts'
import { calculatedAnswers } from './calculated-answers.ts'
import type { Engine } from './engine.ts'
import { createEvaluator } from './evaluator.ts'
import type { ItemReads } from './order.ts'
import type { Reads } from './reads.ts'
import type { Bound } from './scopes.ts'

export interface BoundConstraint {
  readonly constraint: Constraint
  readonly bound: Bound
}
export interface ItemRules {
  readonly condition: Bound | undefined
  readonly calculation: Bound | undefined
  readonly initial: Bound | undefined
  readonly constraints: readonly BoundConstraint[]
}
export interface ProgramParts {
  readonly questionnaire: Questionnaire
  readonly engine: Engine
  readonly rules: ReadonlyMap<string, ItemRules>
  readonly constraints: readonly BoundConstraint[]
  readonly reads: ReadonlyMap<string, ItemReads>
  subtree(linkId: string): readonly string[]
}

/** What the last evaluation came to. */
interface Memory {
  readonly given: ReadonlyMap<string, Answer>
  readonly asked: ReadonlySet<string>
  readonly conditions: Map<string, boolean>
  readonly calculations: Map<string, AnswerMap>
  readonly evaluation: Evaluation
}

export function createProgram(parts: ProgramParts): Program {
  const { rules, reads, subtree } = parts
  const evaluator = createEvaluator(parts)
  const isCalculated = (key: string): boolean => {
    const linkId = parseAnswerKey(key)?.linkId
    return linkId !== undefined && rules.get(linkId)?.calculation !== undefined
  }
  let last: Memory | undefined
  /** What `last` was asked about, as it was given. */
  let seen: AnswerMap | undefined

  const run = (questionnaire: Questionnaire, given: AnswerMap, changed: Set<string> | null): Memory => {
    const memory = changed ? last : undefined
    const asked = new Set<string>()
    const conditions = new Map<string, boolean>()
    const calculations = new Map<string, AnswerMap>()
    const stale = (read: Reads | undefined): boolean =>
      changed === null ||
      (read?.all ? changed.size > 0 : [...(read?.linkIds ?? [])].some((linkId) => changed.has(linkId)))
    const reuse = <T>(known: T | undefined, read: Reads | undefined, evaluate: () => T): T =>
      known === undefined || stale(read) ? evaluate() : known
    const form: Rules = {
      asks: (instance, state) => {
        const { linkId } = instance.item
        const bound = rules.get(linkId)?.condition
        const read = reads.get(linkId)?.condition
        const holds = reuse(memory?.conditions.get(instance.key), read, () =>
          bound ? isTrue(evaluator.values(bound, read, instance, state)) : true,
        )
        conditions.set(instance.key, holds)
        return holds
      },
      calculate: (instance, state) => {
        const { linkId } = instance.item
        const bound = rules.get(linkId)?.calculation
        const read = reads.get(linkId)?.calculation
        const before = memory?.calculations.get(instance.key)
        const found = reuse(before, read, () =>
          bound ? calculatedAnswers(instance, evaluator.values(bound, read, instance, state)) : {},
        )
        calculations.set(instance.key, found)
        if (before === undefined || !equalJson(before, found)) changed?.add(linkId)
        return found
      },
      decided: (instance, isAsked) => {
        if (isAsked) asked.add(instance.key)
        if (memory && memory.asked.has(instance.key) !== isAsked) changed?.add(instance.item.linkId)
      },
    }
    const evaluation = decideForm(questionnaire, given, form)
    return { given: new Map(Object.entries(given)), asked, conditions, calculations, evaluation }
  }

  const evaluate = (questionnaire: Questionnaire, answers: AnswerMap): Evaluation => {
    // Every part of a page asks about the same answers, which nobody changes in place.
    if (last && seen === answers) return last.evaluation
    const given = Object.fromEntries(Object.entries(answers).filter(([key]) => !isCalculated(key)))
    const changed = last ? changedItems(last.given, given, subtree) : null
    if (!last || changed?.size !== 0) last = run(questionnaire, given, changed)
    seen = answers
    return last.evaluation
  }

  return {
    evaluate,
    brokenConstraints(questionnaire, answers) {
      const { enabled, answers: complete } = evaluate(questionnaire, answers)
      const instances = new Map(enabled.list.map((instance) => [instance.key, instance]))
      const state: Decided = { answers: complete, asked: (key) => instances.get(key) }
      const broken = (
        list: readonly BoundConstraint[],
        instance: Instance | null,
      ): readonly BrokenConstraint[] =>
        list
          .filter(({ bound }) => isFalse(evaluator.values(bound, undefined, instance, state)))
          .map(({ constraint }) => ({ instance, constraint }))
      return [
        ...broken(parts.constraints, null),
        ...enabled.list.flatMap((each) => broken(rules.get(each.item.linkId)?.constraints ?? [], each)),
      ]
    },
    initialAnswers(questionnaire) {
      const answers: Record<string, Answer> = { ...initialValues(questionnaire) }
      const given = Object.fromEntries(Object.entries(answers).filter(([key]) => !isCalculated(key)))
      const { evaluation } = run(questionnaire, given, null)
      const instances = new Map(evaluation.enabled.list.map((instance) => [instance.key, instance]))
      const state: Decided = { answers: evaluation.answers, asked: (key) => instances.get(key) }
      for (const item of questionnaire.order) {
        const bound = rules.get(item.linkId)?.initial
        if (!bound || item.inRows.length > 0 || item.calculated) continue
        const instance: Instance = { item, row: '', key: item.linkId, rows: [] }
        Object.assign(
          answers,
          calculatedAnswers(instance, evaluator.values(bound, undefined, instance, state)),
        )
      }
      return answers
    },
  }
}

const isTrue = (values: readonly unknown[]): boolean => values.length === 1 && values[0] === true
/** A constraint that says nothing, because something it reads is missing, is not broken. */
const isFalse = (values: readonly unknown[]): boolean => values.length === 1 && values[0] === false

/** linkIds of every answer that is not what it was; with a row come all questions in it. */
function changedItems(
  before: ReadonlyMap<string, Answer>,
  now: AnswerMap,
  subtree: (linkId: string) => readonly string[],
): Set<string> {
  const changed = new Set<string>()
  const mark = (key: string) => {
    const parsed = parseAnswerKey(key)
    if (!parsed) return
    for (const linkId of parsed.rowId === undefined ? [parsed.linkId] : subtree(parsed.linkId))
      changed.add(linkId)
  }
  for (const [key, value] of Object.entries(now))
    if (!before.has(key) || !equalJson(before.get(key) as Json, value as Json)) mark(key)
  for (const key of before.keys()) if (!Object.hasOwn(now, key)) mark(key)
  return changed
}
