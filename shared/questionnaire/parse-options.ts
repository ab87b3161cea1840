/** Answer lists of choice questions: from `answerOption`, or from a ValueSet contained in the form. */
import { readExtensions } from './extensions.ts'
import { inLanguage, type JsonNode } from './json-node.ts'
import type { Coding, Option } from './questionnaire.ts'

const MAX_OPTIONS = 1_000

export interface ValueSets {
  readonly byId: ReadonlyMap<string, JsonNode>
}

type Draft = Omit<Option, 'token'> & { readonly code: string; readonly system: string }

export function readCoding(node: JsonNode): Coding {
  const system = node.string('system')
  const code = node.string('code', 200)
  const display = node.string('display')
  return { ...(system ? { system } : {}), ...(code ? { code } : {}), ...(display ? { display } : {}) }
}

export function readOptions(item: JsonNode, valueSets: ValueSets): readonly Option[] {
  const listed = item.children('answerOption', MAX_OPTIONS)
  const reference = item.string('answerValueSet')
  if (reference === undefined) return withTokens(item, listed.flatMap(readOption))
  if (listed.length > 0)
    item.refuse('two_option_lists', 'answerOption and answerValueSet cannot both be present.')
  if (!reference.startsWith('#'))
    return refuseSet(
      item,
      'value_set_not_contained',
      `The value set ${reference} is not contained in the form.`,
    )
  const set = valueSets.byId.get(reference.slice(1))
  if (!set) return refuseSet(item, 'value_set_not_found', `No contained value set has the id ${reference}.`)
  return withTokens(item, readValueSet(set))
}

function refuseSet(item: JsonNode, code: string, message: string): readonly Option[] {
  item.problems.refuse(code, item.at('answerValueSet'), message)
  return []
}

function weightOf(...nodes: readonly (JsonNode | undefined)[]): { weight?: number } {
  for (const node of nodes) {
    const extension =
      node && readExtensions(node).first('ordinalValue', 'valueset-ordinalValue', 'itemWeight')
    const weight = extension?.number('valueDecimal')
    if (weight !== undefined) return { weight }
  }
  return {}
}

const LITERALS = ['String', 'Integer', 'Date', 'Time'] as const

const VALUES = ['valueCoding', ...LITERALS.map((name) => `value${name}`)]

function readOption(node: JsonNode): readonly Draft[] {
  const extensions = readExtensions(node)
  const prefix = extensions.first('questionnaire-optionPrefix')?.words('valueString', 50)
  const common = {
    ...(prefix === undefined ? {} : { prefix }),
    exclusive: extensions.first('questionnaire-optionExclusive')?.boolean('valueBoolean') ?? false,
    selected: node.boolean('initialSelected') ?? false,
  }
  if (node.problems.publishing && VALUES.filter((name) => node.has(name)).length > 1)
    node.refuse('unsupported_option', 'An option has one value[x].')
  const coding = node.child('valueCoding')
  if (coding) return readCoded(coding, { ...common, ...weightOf(node, coding) })
  const literal = node.has('valueInteger')
    ? node.integer('valueInteger')
    : (node.string('valueString', 500) ?? node.string('valueDate', 10) ?? node.string('valueTime', 20))
  if (literal === undefined || literal === '') {
    node.refuse('unsupported_option', 'An option is a coding, a string, an integer, a date or a time.')
    return []
  }
  const code = String(literal)
  const label = node.words('valueString', 500) ?? code
  const kind = LITERALS.find((name) => node.has(`value${name}`)) ?? 'String'
  return [{ code, system: '', label, literal: kind, ...common, ...weightOf(node) }]
}

function readCoded(
  node: JsonNode,
  common: Pick<Option, 'exclusive' | 'selected' | 'prefix' | 'weight'>,
): readonly Draft[] {
  const coding = readCoding(node)
  const code = coding.code ?? coding.display
  if (code === undefined || code.length > 200) {
    node.refuse('unsupported_option', 'A coding needs a code or a display of at most 200 characters.')
    return []
  }
  const label = node.translated('display', 5_000) ?? designated(node) ?? coding.display ?? code
  return [{ code, system: coding.system ?? '', label, coding, ...common }]
}

/** Value sets say with it how a concept is called in another language; with a use it may be a synonym or a long name. */
function designated(node: JsonNode): string | undefined {
  const said = node.children('designation', 50).flatMap((each) => {
    const [language, value] = [each.string('language', 20)?.toLowerCase(), each.string('value')]
    return language === undefined || value === undefined
      ? []
      : [{ of: [language, value] as const, node: each }]
  })
  const plain = said.filter((each) => !each.node.has('use'))
  const { language } = node.problems
  return (
    inLanguage(
      language,
      plain.map(({ of }) => of),
    ) ??
    inLanguage(
      language,
      said.map(({ of }) => of),
    )
  )
}

/** The expansion, or a plain enumeration of concepts; what would need a terminology server is refused. */
function readValueSet(set: JsonNode): readonly Draft[] {
  const plain = { exclusive: false, selected: false }
  const expansion = set.child('expansion')
  if (expansion) {
    const queue = [...expansion.children('contains', MAX_OPTIONS)]
    const options: Draft[] = []
    for (let node = queue.shift(); node && options.length < MAX_OPTIONS; node = queue.shift()) {
      if (!node.boolean('abstract')) options.push(...readCoded(node, { ...plain, ...weightOf(node) }))
      queue.unshift(...node.children('contains', MAX_OPTIONS))
    }
    return options
  }
  const compose = set.child('compose')
  if (!compose || compose.has('exclude')) {
    set.refuse('value_set_needs_server', 'A contained value set needs an expansion or a list of concepts.')
    return []
  }
  return compose.children('include').flatMap((include) => {
    const concepts = include.children('concept', MAX_OPTIONS)
    if (concepts.length === 0 || include.has('filter') || include.has('valueSet')) {
      include.refuse(
        'value_set_needs_server',
        'Only listed concepts are supported, no filters or other sets.',
      )
      return []
    }
    const system = include.string('system')
    return concepts.flatMap((node) =>
      readCoded(node, { ...plain, ...weightOf(node) }).map((option) => ({
        ...option,
        system: system ?? '',
        coding: { ...option.coding, ...(system ? { system } : {}) },
      })),
    )
  })
}

/** The code is the token; where two systems use the same code it is `system|code`. */
function withTokens(item: JsonNode, drafts: readonly Draft[]): readonly Option[] {
  const counts = new Map<string, number>()
  for (const { code } of drafts) counts.set(code, (counts.get(code) ?? 0) + 1)
  const seen = new Set<string>()
  const options: Option[] = []
  for (const { code, system, ...option } of drafts) {
    const token = (counts.get(code) ?? 0) > 1 ? `${system}|${code}` : code
    if (seen.has(token)) item.refuse('duplicate_option', `The option ${token} is there twice.`)
    seen.add(token)
    options.push({ ...option, token })
  }
  return options
}
