/**
 * How a form declares its score: our `score` extension (items and bands), or a calculatedExpression that is a plain
 * sum of weights. Any other expression is calculated as FHIRPath. The published bands of PHQ-9 and GAD-7 are known here, so
 * that the instruments as others publish them are read with their meaning.
 */
import { part, readExtensions } from './extensions.ts'
import type { JsonNode } from './json-node.ts'
import { readCoding } from './parse-options.ts'
import type { Band, Coding, Item, ScoreRule } from './questionnaire.ts'

type Sources = ReadonlyMap<string, { readonly item: Item; readonly node: JsonNode }>

const band = (code: string, label: string, from: number, to: number): Band => ({ code, label, from, to })

/** Cut-offs as published: Kroenke, Spitzer, Williams 2001 (PHQ-9, LOINC 44249-1); Spitzer et al. 2006 (GAD-7, 69737-5). */
const PUBLISHED: Record<string, { name: string; bands: readonly Band[] }> = {
  '44249-1': {
    name: 'PHQ-9',
    bands: [
      band('minimal', 'Minimal depression', 0, 4),
      band('mild', 'Mild depression', 5, 9),
      band('moderate', 'Moderate depression', 10, 14),
      band('moderately-severe', 'Moderately severe depression', 15, 19),
      band('severe', 'Severe depression', 20, 27),
    ],
  },
  '69737-5': {
    name: 'GAD-7',
    bands: [
      band('minimal', 'Minimal anxiety', 0, 4),
      band('mild', 'Mild anxiety', 5, 9),
      band('moderate', 'Moderate anxiety', 10, 14),
      band('severe', 'Severe anxiety', 15, 21),
    ],
  },
}

export function readScores(root: JsonNode, codes: readonly Coding[], sources: Sources): readonly ScoreRule[] {
  const published = codes
    .map((coding) =>
      coding.code !== undefined && Object.hasOwn(PUBLISHED, coding.code) ? PUBLISHED[coding.code] : undefined,
    )
    .find((known) => known !== undefined)
  const declared = readExtensions(root)
    .all('score')
    .map((extension) => readDeclared(extension, sources))
  const calculated = [...sources.values()]
    .filter(({ item }) => item.calculated)
    .flatMap(({ item, node }) => readCalculated(item, node, root, sources, published) ?? [])
  return [...declared, ...calculated]
}

function readDeclared(extension: JsonNode, sources: Sources): ScoreRule {
  const items = part(extension, 'item').flatMap((node) => node.string('valueString', 150) ?? [])
  for (const linkId of items) checkScored(extension, linkId, sources)
  const target = part(extension, 'target')[0]?.string('valueString', 150)
  return {
    name: part(extension, 'name')[0]?.words('valueString', 100) ?? '',
    items,
    bands: part(extension, 'band').map(readBand),
    ...(target === undefined ? {} : { target }),
  }
}

const isScored = (item: Item | undefined): boolean =>
  item?.options.some((option) => option.weight !== undefined) ?? false

function checkScored(node: JsonNode, linkId: string, sources: Sources): void {
  if (!isScored(sources.get(linkId)?.item))
    node.refuse('wrong_score', `"${linkId}" is no question whose options have an ordinalValue.`)
}

function readBand(node: JsonNode): Band {
  const coding = part(node, 'level')[0]?.child('valueCoding')
  const from = part(node, 'from')[0]?.integer('valueInteger')
  const to = part(node, 'to')[0]?.integer('valueInteger')
  const { code } = coding ? readCoding(coding) : {}
  const display = coding?.words('display')
  if (from === undefined || to === undefined || from > to || code === undefined)
    node.refuse('wrong_score', 'A band needs a level, and a number from which and to which it goes.')
  return band(code ?? '', display ?? code ?? '', from ?? 0, to ?? 0)
}

/** `%resource.item.where(linkId != 'x').answer.weight().sum()`, with or without the `where`. */
const SUM =
  /^%resource\.item(?:\.where\(linkId\s*!=\s*'([^']+)'\))?\.answer\.(?:weight|ordinal)\(\)\.sum\(\)$/
/** A variable that is the weight of one answer: it names its question and reads ordinalValue or %scoreExt. */
const WEIGHT_OF =
  /^%questionnaire\.item\.where\(linkId\s*=\s*'([^']+)'\)\.answerOption\.where\([^()]*%resource\.item\.where\(linkId\s*=\s*'\1'\)[^()]*\)\.extension\.where\([^()]*\)\.valueDecimal$/
const ADDEND = /iif\(%(\w+)\.exists\(\),\s*%\1,\s*0\)/g

function readCalculated(
  item: Item,
  node: JsonNode,
  root: JsonNode,
  sources: Sources,
  published: { name: string; bands: readonly Band[] } | undefined,
): ScoreRule | undefined {
  const expression = item.calculation?.text ?? ''
  const items = plainSum(expression, sources) ?? sumOfVariables(expression, [node, root])
  const scored = items?.every((linkId) => isScored(sources.get(linkId)?.item))
  if (!items || items.length === 0 || !scored) return undefined
  return { name: published?.name ?? item.text, items, bands: published?.bands ?? [], target: item.linkId }
}

function plainSum(expression: string, sources: Sources): readonly string[] | undefined {
  const match = SUM.exec(expression.trim())
  if (!match) return undefined
  return [...sources.values()]
    .filter(({ item }) => item.parent === null && item.linkId !== match[1])
    .filter(({ item }) => item.options.some((option) => option.weight !== undefined))
    .map(({ item }) => item.linkId)
}

function sumOfVariables(expression: string, nodes: readonly JsonNode[]): readonly string[] | undefined {
  const weights = new Map<string, string>()
  for (const node of nodes)
    for (const variable of readExtensions(node).all('variable')) {
      const value = variable.child('valueExpression')
      const linkId = WEIGHT_OF.exec(value?.string('expression') ?? '')?.[1]
      const name = value?.string('name', 100)
      if (linkId !== undefined && name !== undefined) weights.set(name, linkId)
    }
  const names = [...expression.matchAll(ADDEND)].map((match) => match[1] ?? '')
  // What is left besides the addends may only be the question whether anything was answered at all.
  const rest = expression.replace(ADDEND, '0').replaceAll(/\s/g, '')
  if (!/^(?:iif\(%\w+,)?0(?:\+0)*(?:,\{\}\))?$/.test(rest)) return undefined
  const items = names.flatMap((name) => weights.get(name) ?? [])
  return items.length === names.length ? items : undefined
}
