/**
 * The door for every form: FHIR R4 Questionnaire JSON in, a checked Questionnaire out, or the list of everything in it
 * that is outside of the supported subset, by name and path. A form that parses can be filled, skipped, scored and
 * validated without surprises. Takes any JSON, however hostile; pure.
 */
import type { Json, JsonObject } from '../kernel/json.ts'
import { err, ok, type Result } from '../kernel/result.ts'
import { noteFormElements, noteValueSetElements } from './elements.ts'
import { readConstraints, readVariables } from './expressions/read-expressions.ts'
import { readExtensions } from './extensions.ts'
import { JsonNode, ProblemList } from './json-node.ts'
import { decisionOrder, readConditions } from './parse-conditions.ts'
import { type ItemContext, readItems } from './parse-item.ts'
import { readCoding } from './parse-options.ts'
import { readScores } from './parse-score.ts'
import type {
  Condition,
  Constraint,
  Item,
  Problem,
  Questionnaire,
  ScoreRule,
  Section,
} from './questionnaire.ts'

export interface Reading {
  /** `es`: texts that the form has in this language are read in it; all else, codes too, stays as it is. */
  readonly language?: string | undefined
  /**
   * Also asks what is asked of a form only before it is published: what had been taken in an earlier version of this
   * program, and may be in forms that somebody is filling.
   */
  readonly publishing?: boolean
}

/** Parsing the JSON text is the caller's; its depth must be bounded there too. */
export function parseQuestionnaire(
  json: Json | undefined,
  { language, publishing }: Reading = {},
): Result<Questionnaire, readonly Problem[]> {
  const problems = new ProblemList(language, publishing)
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    return err([{ code: 'wrong_type', path: '', message: 'A Questionnaire is a JSON object.' }])
  const root = new JsonNode(json as JsonObject, '', problems)
  if (root.raw('resourceType') !== 'Questionnaire')
    problems.refuse('wrong_resource', 'resourceType', 'Must be "Questionnaire".')
  if (root.has('implicitRules'))
    problems.refuse('implicit_rules', 'implicitRules', 'Rules outside of the form are not supported.')
  if (publishing) noteFormElements(root)
  const extensions = readExtensions(root)
  const variables = readVariables(extensions)
  const constraints = readConstraints(extensions)
  const valueSets = readContained(root)
  const sources: ItemContext['sources'] = new Map()
  readItems(root, null, { valueSets: { byId: valueSets }, sources })
  if (sources.size === 0 && problems.refused.length === 0)
    problems.refuse('no_items', 'item', 'The form has no items.')
  const conditions = readConditions(sources)
  const order = decisionOrder(sources, conditions)
  const codes = root.children('code', 50).map(readCoding)
  const scores = readScores(root, codes, sources)
  if (problems.refused.length > 0) return err(unique(problems.refused))

  const byLinkId = new Map<string, Item>()
  const items = assemble(root, sources, conditions, byLinkId)
  const text = (name: string) => root.words(name, 50_000)
  const title = text('title') ?? text('name') ?? ''
  const optional = Object.fromEntries(
    ['description', 'purpose', 'url', 'version', 'copyright'].flatMap((name) => {
      const value = text(name)
      return value === undefined ? [] : [[name, value]]
    }),
  )
  if (problems.refused.length > 0) return err(unique(problems.refused))
  return ok({
    title,
    ...optional,
    codes,
    items,
    sections: readSections(items, title),
    byLinkId,
    order: order.flatMap((linkId) => byLinkId.get(linkId) ?? []),
    scores,
    variables,
    constraints,
    source: root.value,
    needsProgram: needsProgram([...byLinkId.values()], scores, constraints),
    program: null,
    notes: unique(problems.notes),
  })
}

/** Plain sums are scores, and need no engine unless something depends on them. */
function needsProgram(
  items: readonly Item[],
  scores: readonly ScoreRule[],
  constraints: readonly Constraint[],
): boolean {
  const sums = new Set(scores.flatMap(({ target }) => target ?? []))
  const calculated = new Set(items.filter((item) => item.calculated).map(({ linkId }) => linkId))
  return (
    constraints.length > 0 ||
    [...calculated].some((linkId) => !sums.has(linkId)) ||
    items.some(
      (item) =>
        item.enableExpression !== undefined ||
        item.initialExpression !== undefined ||
        item.constraints.length > 0 ||
        item.enableWhen.some(({ question }) => calculated.has(question)),
    )
  )
}

function readContained(root: JsonNode): ReadonlyMap<string, JsonNode> {
  const sets = new Map<string, JsonNode>()
  for (const node of root.children('contained', 200)) {
    const id = node.string('id', 100)
    if (node.raw('resourceType') === 'ValueSet' && id !== undefined) {
      if (root.problems.publishing) noteValueSetElements(node)
      sets.set(id, node)
    } else node.note('ignored_resource', 'Only contained value sets are used.')
  }
  return sets
}

/** The tree again, with the conditions in place. The depth is bounded by the reader. */
function assemble(
  root: JsonNode,
  sources: ItemContext['sources'],
  conditions: ReadonlyMap<string, readonly Condition[]>,
  byLinkId: Map<string, Item>,
): readonly Item[] {
  const children = new Map<string | null, Item[]>([[null, []]])
  // Children come after their parents in `sources`; from the end, every item's children are complete before itself.
  for (const { item } of [...sources.values()].reverse()) {
    const whole = {
      ...item,
      enableWhen: conditions.get(item.linkId) ?? [],
      items: (children.get(item.linkId) ?? []).reverse(),
    }
    byLinkId.set(item.linkId, whole)
    const siblings = children.get(item.parent)
    if (siblings) siblings.push(whole)
    else children.set(item.parent, [whole])
  }
  const items = (children.get(null) ?? []).reverse()
  if (items.length === 0) root.refuse('no_items', 'The form has no items.')
  return items
}

/** A top-level group is a page of its own; neighbouring top-level questions share one. */
function readSections(items: readonly Item[], title: string): readonly Section[] {
  const sections: { id: string; title: string; items: Item[] }[] = []
  let loose: Item[] | null = null
  for (const item of items) {
    if (item.type === 'group') {
      loose = null
      sections.push({ id: item.linkId, title: item.text || title, items: [item] })
    } else if (loose) loose.push(item)
    else {
      loose = [item]
      sections.push({ id: item.linkId, title, items: loose })
    }
  }
  return sections
}

/** The same element can be visited twice; each problem is told once. */
const unique = (problems: readonly Problem[]): readonly Problem[] => [
  ...new Map(problems.map((problem) => [`${problem.code} ${problem.path}`, problem])).values(),
]
