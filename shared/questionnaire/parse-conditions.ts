/**
 * Skip logic: reads every `enableWhen`, and finds the order in which items can be decided (parents before children,
 * questions before what depends on them). A form where that order does not exist has a loop and is refused.
 */
import type { JsonNode } from './json-node.ts'
import { readValue } from './parse-value.ts'
import { type Condition, type ConditionOperator, type Item, isQuestion } from './questionnaire.ts'
import { unitOfQuantity } from './units.ts'

type Sources = ReadonlyMap<string, { readonly item: Item; readonly node: JsonNode }>

const OPERATORS: readonly ConditionOperator[] = ['exists', '=', '!=', '>', '<', '>=', '<=']
const MAX_CONDITIONS = 100

export function readConditions(sources: Sources): ReadonlyMap<string, readonly Condition[]> {
  const result = new Map<string, readonly Condition[]>()
  for (const [linkId, { node }] of sources) {
    const conditions = node
      .children('enableWhen', MAX_CONDITIONS)
      .flatMap((condition) => readCondition(condition, sources) ?? [])
    if (conditions.length > 0) result.set(linkId, conditions)
  }
  return result
}

function readCondition(node: JsonNode, sources: Sources): Condition | undefined {
  const question = node.string('question', 150) ?? ''
  const operator = OPERATORS.find((known) => known === node.raw('operator'))
  const target = sources.get(question)?.item
  if (!target || !isQuestion(target))
    return node.problems.refuse(
      'unknown_question',
      node.at('question'),
      `No question has the linkId "${question}".`,
    )
  if (!operator)
    return node.problems.refuse(
      'unknown_operator',
      node.at('operator'),
      'An enableWhen needs a known operator.',
    )
  if (operator === 'exists') {
    const exists = node.boolean('answerBoolean')
    if (exists === undefined) return node.refuse('wrong_value', 'The operator "exists" needs answerBoolean.')
    return { question, operator, answer: exists }
  }
  const answer = readValue(node, 'answer', target)
  if (answer === undefined) return undefined
  const value = typeof answer === 'object' ? answer.value : answer
  if (value === undefined || value === null) return undefined
  if (operator !== '=' && operator !== '!=' && (typeof value === 'boolean' || isCoded(target)))
    return node.refuse('unknown_operator', `The operator ${operator} does not fit this question.`)
  const unit = target.type === 'quantity' ? unitOfQuantity(node.child('answerQuantity')) : undefined
  return { question, operator, answer: value, ...(unit ? { unit } : {}) }
}

const isCoded = (item: Item): boolean => item.type === 'choice' || item.type === 'open-choice'

/** linkIds in an order in which each can be decided; refuses loops by name. */
export function decisionOrder(
  sources: Sources,
  conditions: ReadonlyMap<string, readonly Condition[]>,
): readonly string[] {
  const dependants = new Map<string, string[]>()
  const open = new Map<string, number>()
  for (const [linkId, { item }] of sources) {
    const needs = new Set((conditions.get(linkId) ?? []).map((condition) => condition.question))
    if (item.parent !== null) needs.add(item.parent)
    open.set(linkId, needs.size)
    for (const need of needs) {
      const list = dependants.get(need)
      if (list) list.push(linkId)
      else dependants.set(need, [linkId])
    }
  }
  const order = [...sources.keys()].filter((linkId) => open.get(linkId) === 0)
  for (let at = 0; at < order.length; at++)
    for (const next of dependants.get(order[at] ?? '') ?? []) {
      const left = (open.get(next) ?? 0) - 1
      open.set(next, left)
      if (left === 0) order.push(next)
    }
  if (order.length < sources.size) refuseLoop(sources, conditions, new Set(order))
  return order
}

/** Names the items on a loop: from any undecided item, going to what it waits for must come round. */
function refuseLoop(
  sources: Sources,
  conditions: ReadonlyMap<string, readonly Condition[]>,
  decided: ReadonlySet<string>,
): void {
  const trail: string[] = []
  let at = [...sources.keys()].find((linkId) => !decided.has(linkId))
  while (at !== undefined && !trail.includes(at)) {
    trail.push(at)
    const source = sources.get(at)
    const needs = [source?.item.parent, ...(conditions.get(at) ?? []).map(({ question }) => question)]
    at = needs.find((need) => typeof need === 'string' && !decided.has(need)) ?? undefined
  }
  if (at === undefined) return
  const loop = [...trail.slice(trail.indexOf(at)), at].join(' → ')
  sources.get(at)?.node.refuse('enable_when_loop', `Skip conditions go in a circle: ${loop}.`)
}
