/**
 * The order in which a form with expressions is decided: parents before children, and what is read before what reads
 * it. What reads every answer comes as late as it can, and sees all that is decided by then; so the order, and with it
 * every result, depends on the form alone. A form where that cannot be done has a loop and is refused by name.
 */
import type { ProblemList } from '../json-node.ts'
import type { Item, Questionnaire } from '../questionnaire.ts'
import type { Reads } from './reads.ts'

export interface ItemReads {
  readonly condition?: Reads | undefined
  readonly calculation?: Reads | undefined
}

export function expressionOrder(
  { byLinkId }: Questionnaire,
  readsOf: ReadonlyMap<string, ItemReads>,
  problems: ProblemList,
): readonly Item[] {
  const needs = new Map(
    [...byLinkId.values()].map((item) => [item.linkId, needsOf(item, readsOf.get(item.linkId))] as const),
  )
  const isLate = (linkId: string): boolean => {
    const { condition, calculation } = readsOf.get(linkId) ?? {}
    return (condition?.all ?? false) || (calculation?.all ?? false)
  }
  const order = sorted(needs, isLate)
  if (order.length < byLinkId.size) refuseLoop(byLinkId, needs, new Set(order), readsOf, problems)
  return order.flatMap((linkId) => byLinkId.get(linkId) ?? [])
}

const needsOf = (item: Item, reads: ItemReads = {}): ReadonlySet<string> =>
  new Set([
    ...(reads.condition?.linkIds ?? []),
    ...(reads.calculation?.linkIds ?? []),
    ...item.enableWhen.map(({ question }) => question),
    ...(item.parent === null ? [] : [item.parent]),
  ])

/** In the order of the form where there is a choice; the late ones one at a time, when nothing else can be decided. */
function sorted(
  needs: ReadonlyMap<string, ReadonlySet<string>>,
  isLate: (linkId: string) => boolean,
): readonly string[] {
  const dependants = new Map<string, string[]>([...needs.keys()].map((linkId) => [linkId, []]))
  const open = new Map([...needs].map(([linkId, all]) => [linkId, all.size]))
  for (const [linkId, all] of needs) for (const need of all) dependants.get(need)?.push(linkId)
  const place = new Map([...needs.keys()].map((linkId, index) => [linkId, index]))
  const order: string[] = []
  const waiting: string[] = []
  const ready = (linkId: string) => (isLate(linkId) ? waiting : order).push(linkId)
  const done = (linkId: string) => {
    for (const next of dependants.get(linkId) ?? []) {
      const left = (open.get(next) ?? 0) - 1
      open.set(next, left)
      if (left === 0) ready(next)
    }
  }
  for (const [linkId, count] of open) if (count === 0) ready(linkId)
  for (let at = 0; at < order.length || waiting.length > 0; at++) {
    if (at === order.length) {
      waiting.sort((a, b) => (place.get(a) ?? 0) - (place.get(b) ?? 0))
      order.push(...waiting.splice(0, 1))
    }
    done(order[at] ?? '')
  }
  return order
}

/** Names the items on a loop: from any undecided item, going to what it waits for must come round. */
function refuseLoop(
  byLinkId: ReadonlyMap<string, Item>,
  needs: ReadonlyMap<string, ReadonlySet<string>>,
  decided: ReadonlySet<string>,
  readsOf: ReadonlyMap<string, ItemReads>,
  problems: ProblemList,
): void {
  const trail: string[] = []
  let at = [...byLinkId.keys()].find((linkId) => !decided.has(linkId))
  while (at !== undefined && !trail.includes(at)) {
    trail.push(at)
    at = [...(needs.get(at) ?? [])].find((need) => !decided.has(need))
  }
  if (at === undefined) return
  const names = [...trail.slice(trail.indexOf(at)), at]
  const owner = names.find((linkId) => readsOf.has(linkId)) ?? at
  const { enableExpression, calculation } = byLinkId.get(owner) ?? {}
  problems.refuse(
    'expression_loop',
    (calculation ?? enableExpression)?.path ?? '',
    `Calculations and skip conditions go in a circle: ${names.join(' → ')}.`,
  )
}
