/** Evaluates one expression for one instance of its item: builds what it reads, then its variables, then itself. */
import type { JsonObject } from '../../kernel/json.ts'
import { inRow, itemKey } from '../answer-key.ts'
import type { Decided } from '../enable.ts'
import type { Instance } from '../instances.ts'
import { hasRows, type Item } from '../questionnaire.ts'
import { responseItems } from '../response.ts'
import { Budget, type Internal } from './engine.ts'
import type { ProgramParts } from './form-program.ts'
import type { Reads } from './reads.ts'
import type { Bound } from './scopes.ts'

export interface Evaluator {
  /** Without `reads` over the whole form. Empty where the expression fails. */
  values(
    bound: Bound,
    reads: Reads | undefined,
    instance: Instance | null,
    state: Decided,
  ): readonly unknown[]
}

export function createEvaluator({ questionnaire, engine }: ProgramParts): Evaluator {
  const pruned = new Map<Reads, readonly Item[]>()
  const itemsFor = (reads: Reads | undefined): readonly Item[] => {
    if (reads === undefined || reads.all) return questionnaire.items
    const known = pruned.get(reads)
    if (known) return known
    const items = prune(questionnaire.items, reads.linkIds)
    pruned.set(reads, items)
    return items
  }
  const sources = sourcesByLinkId(questionnaire.source)
  return {
    values(bound, reads, instance, state) {
      const parts = new Map<string, JsonObject>()
      const item = responseItems(itemsFor(reads), '', state, (key, part) => parts.set(key, part))
      const resource = { resourceType: 'QuestionnaireResponse', status: 'in-progress', item }
      const budget = new Budget()
      const run = (each: Bound): Internal => {
        const { owner } = each
        const key = owner && contextKey(owner, instance)
        const context =
          owner === null ? resource : engine.asContext(parts.get(key ?? '') ?? { linkId: owner.linkId })
        const variables: Record<string, unknown> = {
          resource,
          context,
          questionnaire: questionnaire.source,
          qitem: owner ? (sources.get(owner.linkId) ?? {}) : {},
        }
        for (const { name, bound: variable } of each.variables) variables[name] = run(variable)
        return each.compiled.run(context, variables, budget)
      }
      try {
        return engine.plain(run(bound))
      } catch {
        return []
      }
    },
  }
}

/** The key of the part of the response in which `owner` stands, as seen from a row below it. */
function contextKey(owner: Item, instance: Instance | null): string {
  const chain = !instance || instance.row === '' ? [] : instance.row.split(/(?<=\])\//)
  if (owner.type === 'group' && hasRows(owner) && chain.length > owner.inRows.length)
    return chain.slice(0, owner.inRows.length + 1).join('/')
  return inRow(chain.slice(0, owner.inRows.length).join('/'), itemKey(owner.linkId))
}

function prune(items: readonly Item[], wanted: ReadonlySet<string>): readonly Item[] {
  return items.flatMap((item) => {
    const below = prune(item.items, wanted)
    return below.length > 0 || wanted.has(item.linkId) ? [{ ...item, items: below }] : []
  })
}

function sourcesByLinkId(source: JsonObject): ReadonlyMap<string, JsonObject> {
  const found = new Map<string, JsonObject>()
  const stack: JsonObject[] = [source]
  for (let next = stack.pop(); next; next = stack.pop()) {
    if (typeof next.linkId === 'string') found.set(next.linkId, next)
    if (Array.isArray(next.item)) stack.push(...(next.item as readonly JsonObject[]))
  }
  return found
}
