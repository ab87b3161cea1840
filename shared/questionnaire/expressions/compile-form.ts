/**
 * Compiles the expressions of a parsed form. What is refused here would surprise whoever fills the form: FHIRPath that
 * is none, names that nobody knows, circles, and conditions that change by themselves.
 */
import { err, ok, type Result } from '../../kernel/result.ts'
import { ProblemList } from '../json-node.ts'
import { type Constraint, hasRows, type Item, type Problem, type Questionnaire } from '../questionnaire.ts'
import type { Engine } from './engine.ts'
import { createProgram, type ItemRules } from './form-program.ts'
import { expressionOrder, type ItemReads } from './order.ts'
import { type Bound, Scopes } from './scopes.ts'

export function compileForm(
  questionnaire: Questionnaire,
  engine: Engine,
): Result<Questionnaire, readonly Problem[]> {
  const problems = new ProblemList()
  const scopes = new Scopes(questionnaire, engine, problems)
  const rules = new Map<string, ItemRules>()
  const reads = new Map<string, ItemReads>()
  const bindAll = (constraints: readonly Constraint[], owner: Item | null) =>
    constraints.flatMap((constraint) => {
      const bound = scopes.bind(constraint, owner)
      return bound ? [{ constraint, bound }] : []
    })
  // Also those that nothing uses are checked.
  for (const variable of questionnaire.variables)
    scopes.bind({ ...variable, text: `%${variable.name}` }, null)
  const constraints = bindAll(questionnaire.constraints, null)
  for (const item of questionnaire.byLinkId.values()) {
    const bind = (expression: Item['calculation']) => expression && scopes.bind(expression, item)
    for (const variable of item.variables) bind({ ...variable, text: `%${variable.name}` })
    const own: ItemRules = {
      condition: bind(item.enableExpression),
      calculation: bind(item.calculation),
      initial: bind(item.initialExpression),
      constraints: bindAll(item.constraints, item),
    }
    if (Object.values(own).every((each) => each === undefined || (Array.isArray(each) && each.length === 0)))
      continue
    checkItem(item, own, problems)
    rules.set(item.linkId, own)
    if (own.condition || own.calculation)
      reads.set(item.linkId, {
        condition: own.condition && scopes.total(own.condition),
        calculation: own.calculation && scopes.total(own.calculation),
      })
  }
  refuseClocks(questionnaire, reads, problems)
  if (problems.refused.length > 0) return err(problems.refused)
  const order = expressionOrder(questionnaire, reads, problems)
  if (problems.refused.length > 0) return err(problems.refused)
  const program = createProgram({
    questionnaire,
    engine,
    rules,
    constraints,
    reads,
    subtree: (id) => scopes.subtree(id) ?? [],
  })
  return ok({ ...questionnaire, order, program })
}

function checkItem(
  item: Item,
  { calculation }: { readonly calculation: Bound | undefined },
  problems: ProblemList,
) {
  const refuse = (message: string) =>
    problems.refuse('unsupported_calculation', item.calculation?.path ?? '', message)
  if (calculation === undefined) return
  if (item.type === 'group' || item.type === 'display' || item.type === 'attachment')
    refuse(`A ${item.type} cannot be calculated.`)
  if (hasRows(item) && item.items.length > 0)
    refuse('A calculated question that repeats cannot have questions below.')
}

/** A condition that today's date decides would be decided twice: here, and when the clinic receives the answers. */
function refuseClocks(
  { byLinkId }: Questionnaire,
  reads: ReadonlyMap<string, ItemReads>,
  problems: ProblemList,
) {
  const ticking = new Set<string>()
  const ticks = (read: ItemReads['condition']) =>
    read !== undefined && (read.clock || [...read.linkIds].some((linkId) => ticking.has(linkId)))
  for (let size = -1; size < ticking.size; ) {
    size = ticking.size
    for (const [linkId, { calculation }] of reads) if (ticks(calculation)) ticking.add(linkId)
  }
  const refuse = (path: string) =>
    problems.refuse(
      'condition_on_the_clock',
      path,
      'A skip condition cannot depend on the time of day or the date.',
    )
  for (const item of byLinkId.values()) {
    if (ticks(reads.get(item.linkId)?.condition)) refuse(item.enableExpression?.path ?? '')
    for (const { question } of item.enableWhen)
      if (ticking.has(question))
        refuse(item.calculation?.path ?? byLinkId.get(question)?.calculation?.path ?? '')
  }
}
