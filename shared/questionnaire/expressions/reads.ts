/**
 * Which questions an expression reads, told from its tree alone: `item` steps that are narrowed by a literal linkId
 * read those, everything else below `%resource` reads all. An expression is evaluated over nothing but what it reads
 * (program), so what is said here must never be too little.
 */
import type { Ast } from './engine.ts'
import { FUNCTIONS, LAMBDAS, OF_THE_CLOCK } from './functions.ts'
import { nameOf, narrowedTo } from './narrowing.ts'

/** Where a path stands. `items`: some items within these (null: of the whole form), not narrowed yet. */
type Focus =
  | { readonly kind: 'root' }
  | { readonly kind: 'items'; readonly within: readonly string[] | null }
  /** `each`: one of them, inside of a criterion; whoever keeps it pays for its being there. */
  | { readonly kind: 'narrow'; readonly ids: readonly string[]; readonly each?: true }
  | { readonly kind: 'answers'; readonly ids: readonly string[] | null }
  | { readonly kind: 'other' }

export interface Reads {
  readonly all: boolean
  readonly linkIds: ReadonlySet<string>
  readonly clock: boolean
  /** Names of variables, functions and linkIds that nobody knows. */
  readonly unknown: readonly { readonly code: string; readonly message: string }[]
  /** What the value itself may be, when another expression goes on from it. */
  readonly focus: Focus
  readonly variables: readonly string[]
}

export interface Scope {
  /** The linkId and everything below; undefined for one that the form does not have. */
  subtree(linkId: string): readonly string[] | undefined
  /** Undefined: no such variable here. */
  variable(name: string): Reads | undefined
  /** linkId of the item that the expression stands in; null: the form. */
  readonly owner: string | null
}

const OTHER: Focus = { kind: 'other' }
const SYSTEM = new Set(['ucum', 'sct', 'loinc'])

export function readsOf(tree: Ast, scope: Scope): Reads {
  const walk = new Walk(scope)
  const focus = walk.visit(tree, walk.base, walk.base)
  const { all, linkIds, clock, unknown, variables } = walk
  return { all, linkIds, clock, unknown, variables: [...variables], focus }
}

/** With whatever is read of the value itself. */
export function consumed(reads: Reads, scope: Scope): Reads {
  const walk = new Walk(scope)
  walk.consume(reads.focus)
  return {
    ...reads,
    all: reads.all || walk.all,
    linkIds: new Set([...reads.linkIds, ...walk.linkIds]),
    focus: OTHER,
  }
}

class Walk {
  all = false
  clock = false
  readonly linkIds = new Set<string>()
  readonly unknown: { readonly code: string; readonly message: string }[] = []
  readonly variables = new Set<string>()
  readonly base: Focus
  private readonly scope: Scope

  constructor(scope: Scope) {
    this.scope = scope
    this.base = scope.owner === null ? { kind: 'root' } : { kind: 'narrow', ids: [scope.owner] }
  }

  /** `input` is what the step starts from, `self` is `$this`. */
  visit(node: Ast, input: Focus, self: Focus): Focus {
    const children = node.children ?? []
    const [first, second] = children
    switch (node.type) {
      case 'EntireExpression':
      case 'TermExpression':
      case 'InvocationTerm':
      case 'ParenthesizedTerm':
        return first ? this.visit(first, input, self) : OTHER
      case 'InvocationExpression':
        return first && second ? this.visit(second, this.visit(first, input, self), self) : OTHER
      case 'IndexerExpression':
        if (second) this.consume(this.visit(second, input, self))
        return first ? this.visit(first, input, self) : OTHER
      case 'MemberInvocation':
        return this.step(nameOf(node), input)
      case 'FunctionInvocation':
        return first ? this.call(first, input, self) : OTHER
      case 'ThisInvocation':
        return self
      case 'ExternalConstantTerm':
        return this.constant(node)
      default:
        for (const child of children) this.consume(this.visit(child, input, self))
        return OTHER
    }
  }

  private step(name: string, input: Focus): Focus {
    if (name === 'item') return this.below(input)
    if (input.kind === 'root') return OTHER
    if (name === 'answer' && input.kind === 'narrow') {
      this.recordBelow(input.ids)
      return { kind: 'answers', ids: input.ids }
    }
    if (name === 'answer' && input.kind === 'items') {
      this.consume(input)
      return { kind: 'answers', ids: input.within }
    }
    // The linkId alone says nothing about answers but that they are there; whoever keeps the items pays for that.
    if (name === 'linkId' && (input.kind === 'items' || (input.kind === 'narrow' && input.each))) return OTHER
    // `answer.value` is all that an answer has besides its items.
    if (input.kind === 'answers') return OTHER
    this.consume(input)
    return OTHER
  }

  private below(input: Focus): Focus {
    switch (input.kind) {
      case 'root':
        return { kind: 'items', within: null }
      case 'items':
        return input
      case 'narrow':
        this.record(input.ids)
        return { kind: 'items', within: input.ids }
      case 'answers':
        return { kind: 'items', within: input.ids }
      default:
        return OTHER
    }
  }

  private call(functn: Ast, input: Focus, self: Focus): Focus {
    const [identifier, list] = functn.children ?? []
    const name = identifier?.text ?? ''
    const params = list?.children ?? []
    if (!FUNCTIONS.has(name))
      this.unknown.push({ code: 'unsupported_function', message: `The function ${name}() is not supported.` })
    if (OF_THE_CLOCK.has(name)) this.clock = true
    if (name === 'descendants' || name === 'children') return this.descend(input)
    const ids = name === 'where' && params[0] ? narrowedTo(params[0]) : undefined
    const left = this.narrow(input, ids)
    const inside: Focus = left.kind === 'narrow' ? { ...left, each: true } : left
    const each = LAMBDAS.has(name) ? inside : self
    for (const param of params) this.consume(this.visit(param, each, each))
    if (name === 'where') return left
    // They say nothing of what they are called on.
    if (name === 'iif' || OF_THE_CLOCK.has(name)) return OTHER
    if (name === 'first' || name === 'last' || name === 'single' || name === 'tail') return this.pick(input)
    this.consume(input)
    return OTHER
  }

  /** One of several items: of items that are not narrowed, which one it is depends on all. */
  private pick(input: Focus): Focus {
    if (input.kind === 'items') this.consume(input)
    return input
  }

  private narrow(input: Focus, ids: readonly string[] | undefined): Focus {
    if (input.kind !== 'items' || ids === undefined) return input
    for (const id of ids)
      if (this.scope.subtree(id) === undefined)
        this.unknown.push({ code: 'unknown_question', message: `No question has the linkId "${id}".` })
    return { kind: 'narrow', ids }
  }

  private descend(input: Focus): Focus {
    if (input.kind === 'root') return { kind: 'items', within: null }
    this.consume(input)
    return input.kind === 'narrow' || input.kind === 'answers' ? { kind: 'items', within: input.ids } : input
  }

  private constant(node: Ast): Focus {
    const name = node.delimitedText ?? node.children?.[0]?.children?.[0]?.text ?? ''
    if (name === 'resource') return { kind: 'root' }
    if (name === 'context') return this.base
    if (name === 'questionnaire' || name === 'qitem' || SYSTEM.has(name)) return OTHER
    const variable = this.scope.variable(name)
    if (variable === undefined) {
      this.unknown.push({ code: 'unknown_variable', message: `There is no %${name} here.` })
      return OTHER
    }
    this.variables.add(name)
    this.all ||= variable.all
    this.clock ||= variable.clock
    for (const linkId of variable.linkIds) this.linkIds.add(linkId)
    return variable.focus
  }

  consume(focus: Focus): void {
    if (focus.kind === 'root') this.all = true
    if (focus.kind === 'narrow') this.recordBelow(focus.ids)
    if (focus.kind === 'items' && focus.within === null) this.all = true
    if (focus.kind === 'items' && focus.within !== null) this.recordBelow(focus.within)
  }

  private record(ids: readonly string[]): void {
    for (const id of ids) this.linkIds.add(id)
  }

  private recordBelow(ids: readonly string[]): void {
    for (const id of ids) this.record(this.scope.subtree(id) ?? [])
  }
}
