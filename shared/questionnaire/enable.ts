/**
 * Skip logic: which questions are asked, given the answers. An item is asked when its parent is and its conditions
 * hold. The answer of a question that is not asked counts as none, as FHIR R4 says. Conditions look at their own row
 * first: a question inside the same row means that row's answer; otherwise any row's answer counts.
 */
import { inRow, itemKey } from './answer-key.ts'
import { valuesOf } from './answer-values.ts'
import { comparableTime } from './dates.ts'
import { type Instance, instancesOf } from './instances.ts'
import type { Evaluation } from './program.ts'
import {
  type Answer,
  type AnswerMap,
  type Condition,
  hasRows,
  type Item,
  type Questionnaire,
} from './questionnaire.ts'
import { comparesIn } from './units.ts'

export interface EnabledItems {
  /** Every question, group and display that is asked, in the order of the form. Hidden items are included. */
  readonly list: readonly Instance[]
  /** By `Instance.key` (a question's own key inside its row). */
  has(key: string): boolean
}

/** What expressions add while a form is decided, item by item in its order. */
export interface Rules {
  /** After the item's plain conditions held. */
  asks(instance: Instance, state: Decided): boolean
  /** The answers of a calculated question, by key. */
  calculate(instance: Instance, state: Decided): AnswerMap
  /** Once for every instance, in the order in which they are decided. */
  decided(instance: Instance, asked: boolean): void
}

/** The form as far as it is decided. */
export interface Decided {
  readonly answers: AnswerMap
  /** Undefined: not asked, or not decided yet. */
  asked(key: string): Instance | undefined
}

export function enabledItems(questionnaire: Questionnaire, answers: AnswerMap): EnabledItems {
  if (questionnaire.program) return questionnaire.program.evaluate(questionnaire, answers).enabled
  return decideForm(questionnaire, answers, null).enabled
}

/** The answers with those that the form calculates itself, in place of whatever stood there. */
export function completeAnswers<T extends AnswerMap>(questionnaire: Questionnaire, answers: T): T {
  return questionnaire.program
    ? (questionnaire.program.evaluate(questionnaire, answers).answers as T)
    : answers
}

/** With rules, `answers` must not hold answers of calculated questions. */
export function decideForm(questionnaire: Questionnaire, given: AnswerMap, rules: Rules | null): Evaluation {
  if (questionnaire.needsProgram && rules === null)
    throw new Error('This form has expressions: read it with readForm().')
  const all = instancesOf(questionnaire, given)
  const answers: Record<string, Answer> = rules ? { ...given } : given
  const byLinkId = groupByLinkId(all)
  const enabled = new Map<string, Instance>()
  const valueCache = new Map<string, readonly Answer[]>()
  const valuesFor = ({ key }: Instance): readonly Answer[] => {
    const instance = enabled.get(key)
    if (instance === undefined) return []
    const known = valueCache.get(key)
    if (known) return known
    const values = valuesOf(instance, answers)
    valueCache.set(key, values)
    return values
  }
  const anyRow = new Map<string, readonly Answer[]>()
  const valuesSeenFrom = (question: Item, from: Instance): readonly Answer[] => {
    const near = nearest(question, from.row)
    const questions = byLinkId.get(question.linkId) ?? []
    if (near !== null) {
      const key = inRow(near, itemKey(question.linkId))
      return questions.filter((instance) => instance.key === key).flatMap(valuesFor)
    }
    const known = anyRow.get(question.linkId)
    if (known) return known
    const values = questions.flatMap(valuesFor)
    anyRow.set(question.linkId, values)
    return values
  }
  const state: Decided = { answers, asked: (key) => enabled.get(key) }
  const isAsked = (item: Item, instance: Instance): boolean =>
    (item.parent === null || enabled.has(parentKey(questionnaire, instance))) &&
    holds(item, (question) => valuesSeenFrom(question, instance), questionnaire) &&
    (rules === null || item.enableExpression === undefined || rules.asks(instance, state))
  const enable = (item: Item, instance: Instance) => {
    if (rules === null || item.calculation === undefined) return enabled.set(instance.key, instance)
    const calculated = rules.calculate(instance, state)
    Object.assign(answers, calculated)
    const rows = hasRows(item) ? Object.keys(calculated) : instance.rows
    return enabled.set(instance.key, { ...instance, rows })
  }
  for (const item of questionnaire.order)
    for (const instance of byLinkId.get(item.linkId) ?? []) {
      const asked = isAsked(item, instance)
      if (asked) enable(item, instance)
      rules?.decided(instance, asked)
    }
  return {
    enabled: {
      list: all.flatMap(({ key }) => enabled.get(key) ?? []),
      has: (key) => enabled.has(key),
    },
    answers,
  }
}

function groupByLinkId(instances: readonly Instance[]): ReadonlyMap<string, readonly Instance[]> {
  const groups = new Map<string, Instance[]>()
  for (const instance of instances) {
    const list = groups.get(instance.item.linkId)
    if (list) list.push(instance)
    else groups.set(instance.item.linkId, [instance])
  }
  return groups
}

/** The row of `row`'s chain in which `question` has exactly one answer, or null if it lies in rows of its own. */
function nearest(question: Item, row: string): string | null {
  const chain = row === '' ? [] : row.split(/(?<=\])\//)
  const depth = question.inRows.length
  if (depth > chain.length) return null
  const shared = chain.slice(0, depth)
  const same = question.inRows.every((linkId, index) => shared[index]?.startsWith(`${itemKey(linkId)}[`))
  return same ? shared.join('/') : null
}

function parentKey(questionnaire: Questionnaire, { item, row }: Instance): string {
  const parent = questionnaire.byLinkId.get(item.parent ?? '')
  if (!parent) return ''
  // A child of a repeating item lies in one of its rows: the row's key without its id is the parent's key.
  return parent.repeats ? row.slice(0, row.lastIndexOf('[')) : inRow(row, itemKey(parent.linkId))
}

function holds(
  item: Item,
  values: (question: Item) => readonly Answer[],
  { byLinkId }: Questionnaire,
): boolean {
  if (item.enableWhen.length === 0) return true
  const check = (condition: Condition): boolean => {
    const question = byLinkId.get(condition.question)
    return question !== undefined && fulfils(condition, values(question), question)
  }
  return item.enableBehavior === 'all' ? item.enableWhen.every(check) : item.enableWhen.some(check)
}

/** FHIR: `!=` holds when no answer is equal (so also without any answer); the others when at least one answer fits. */
function fulfils({ operator, answer, unit }: Condition, values: readonly Answer[], question: Item): boolean {
  if (operator === 'exists') return values.length > 0 === answer
  const compared = values.map((value) =>
    comparesIn(question, value, unit) ? compare(plain(value), answer, question) : Number.NaN,
  )
  switch (operator) {
    case '=':
      return compared.includes(0)
    case '!=':
      return !compared.includes(0)
    case '>':
      return compared.some((order) => order > 0)
    case '<':
      return compared.some((order) => order < 0)
    case '>=':
      return compared.some((order) => order >= 0)
    case '<=':
      return compared.some((order) => order <= 0)
  }
}

const plain = (value: Answer): string | number | boolean | null =>
  typeof value === 'object' ? (value.value ?? null) : value

/** Negative, 0 or positive; NaN where the two cannot be compared. */
function compare(
  value: string | number | boolean | null,
  answer: string | number | boolean,
  question: Item,
): number {
  if (typeof value !== typeof answer || value === null) return Number.NaN
  if (typeof value === 'number' && typeof answer === 'number') return value - answer
  if (typeof value === 'string' && typeof answer === 'string') {
    const isTimed = question.type === 'dateTime' || question.type === 'time'
    const [left, right] = isTimed ? [comparableTime(value), comparableTime(answer)] : [value, answer]
    return left === right ? 0 : left < right ? -1 : 1
  }
  return value === answer ? 0 : Number.NaN
}
