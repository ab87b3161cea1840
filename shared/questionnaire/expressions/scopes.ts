/**
 * The expressions of a form, compiled where they stand: each with the variables it sees and the questions it reads.
 * What cannot be parsed, names what does not exist, or calls itself is refused by name and path.
 */
import type { JsonObject } from '../../kernel/json.ts'
import type { ProblemList } from '../json-node.ts'
import type { Expression, Item, Questionnaire, Variable } from '../questionnaire.ts'
import { fromFhirValue } from '../response-values.ts'
import { weightOf } from '../score.ts'
import type { Ast, Compiled, Engine } from './engine.ts'
import { consumed, type Reads, readsOf, type Scope } from './reads.ts'

const MAX_EXPRESSIONS = 1_000

export interface Bound {
  readonly expression: Expression
  readonly compiled: Compiled
  readonly reads: Reads
  /** The item that it stands in; null: the form. */
  readonly owner: Item | null
  /** The variables that it uses, each before those that use it. */
  readonly variables: readonly { readonly name: string; readonly bound: Bound }[]
}

interface Visible {
  readonly variable: Variable
  readonly owner: Item | null
  readonly outer: ReadonlyMap<string, Visible>
}

export class Scopes {
  private readonly questionnaire: Questionnaire
  private readonly engine: Engine
  private readonly problems: ProblemList
  private readonly subtrees = new Map<string, readonly string[]>()
  private readonly visible = new Map<string | null, ReadonlyMap<string, Visible>>()
  private readonly bound = new Map<Visible, Bound | 'open'>()
  private count = 0

  constructor(questionnaire: Questionnaire, engine: Engine, problems: ProblemList) {
    this.questionnaire = questionnaire
    this.engine = engine
    this.problems = problems
  }

  /** Undefined, with a problem, for an expression that cannot be used. */
  bind(expression: Expression, owner: Item | null, within = this.visibleAt(owner)): Bound | undefined {
    if (++this.count > MAX_EXPRESSIONS)
      return this.problems.refuse('too_many', expression.path, `More than ${MAX_EXPRESSIONS} expressions.`)
    const tree = this.engine.parse(expression.text)
    if (!tree.ok)
      return this.problems.refuse('wrong_expression', expression.path, `This is no FHIRPath: ${tree.error}`)
    if (depthOf(tree.value) > MAX_DEPTH)
      return this.problems.refuse('too_deep', expression.path, 'The expression nests too deep.')
    const used: { name: string; bound: Bound }[] = []
    const scope: Scope = {
      owner: owner?.linkId ?? null,
      subtree: (linkId) => this.subtree(linkId),
      variable: (name) => {
        const bound = this.bindVariable(within.get(name))
        if (bound && !used.some((each) => each.name === name)) used.push({ name, bound })
        return bound?.reads
      },
    }
    const found = readsOf(tree.value, scope)
    for (const { code, message } of found.unknown) this.problems.refuse(code, expression.path, message)
    return {
      expression,
      compiled: this.engine.compile(expression.text, (linkId, value) => this.weight(linkId, value)),
      reads: found,
      owner,
      variables: used,
    }
  }

  /** Reads of a whole expression, with its value. */
  total({ reads, owner }: Bound): Reads {
    return consumed(reads, {
      owner: owner?.linkId ?? null,
      subtree: (linkId) => this.subtree(linkId),
      variable: () => undefined,
    })
  }

  subtree(linkId: string): readonly string[] | undefined {
    const known = this.subtrees.get(linkId)
    const item = this.questionnaire.byLinkId.get(linkId)
    if (known || !item) return known
    const all = [item.linkId, ...item.items.flatMap((child) => this.subtree(child.linkId) ?? [])]
    this.subtrees.set(linkId, all)
    return all
  }

  private bindVariable(seen: Visible | undefined): Bound | undefined {
    if (seen === undefined) return undefined
    const known = this.bound.get(seen)
    if (known === 'open')
      return this.problems.refuse(
        'expression_loop',
        seen.variable.path,
        `The variable %${seen.variable.name} needs itself.`,
      )
    if (known) return known
    this.bound.set(seen, 'open')
    const bound = this.bind(seen.variable, seen.owner, seen.outer)
    if (bound) this.bound.set(seen, bound)
    return bound
  }

  /** The form's variables, then those of each item on the way down; an inner one hides an outer one. */
  private visibleAt(owner: Item | null): ReadonlyMap<string, Visible> {
    const key = owner?.linkId ?? null
    const known = this.visible.get(key)
    if (known) return known
    const { byLinkId, variables } = this.questionnaire
    const outer = owner === null ? new Map() : this.visibleAt(byLinkId.get(owner.parent ?? '') ?? null)
    const all = new Map<string, Visible>(outer)
    // A variable may use those of its own place, whatever their order; that it needs itself is found when it is bound.
    for (const variable of owner?.variables ?? (owner ? [] : variables))
      all.set(variable.name, { variable, owner, outer: all })
    this.visible.set(key, all)
    return all
  }

  private weight(linkId: string, value: JsonObject): number | undefined {
    const item = this.questionnaire.byLinkId.get(linkId)
    const [, given = null] = Object.entries(value).find(([name]) => name.startsWith('value')) ?? []
    const answer = item && fromFhirValue(item, given)
    return item && answer !== undefined ? weightOf(item, answer) : undefined
  }
}

const MAX_DEPTH = 200

function depthOf(tree: Ast): number {
  let deepest = 0
  const stack = [{ node: tree, depth: 1 }]
  for (let next = stack.pop(); next; next = stack.pop()) {
    deepest = Math.max(deepest, next.depth)
    for (const node of next.node.children ?? []) stack.push({ node, depth: next.depth + 1 })
  }
  return deepest
}
