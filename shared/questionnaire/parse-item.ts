/** One item of a form with its children. Bounded in depth and number, so that no form exhausts the stack or memory. */

import { takenTypes } from './attached-file.ts'
import { noteItemElements } from './elements.ts'
import { readItemExpressions } from './expressions/read-expressions.ts'
import { type Extensions, part, readExtensions } from './extensions.ts'
import type { JsonNode } from './json-node.ts'
import { readCoding, readOptions, type ValueSets } from './parse-options.ts'
import { readValue } from './parse-value.ts'
import { compilePattern } from './pattern.ts'
import {
  type Answer,
  type Coding,
  type Control,
  type FlagRule,
  ITEM_TYPES,
  type Item,
  type ItemType,
} from './questionnaire.ts'
import { readUnit } from './units.ts'

export const MAX_ITEMS = 2_000
const MAX_DEPTH = 8
const CONTROLS: Record<string, Control> = {
  page: 'page',
  'radio-button': 'radio-button',
  'check-box': 'check-box',
  'drop-down': 'drop-down',
  autocomplete: 'drop-down',
}

export interface ItemContext {
  readonly valueSets: ValueSets
  /** All items so far, with the JSON that they came from (for what can be checked only when all are known). */
  readonly sources: Map<string, { readonly item: Item; readonly node: JsonNode }>
}

type Parent = Pick<Item, 'linkId' | 'inRows' | 'hidden'>

/** Items that can be used; those that cannot have left a problem behind. */
export function readItems(
  parentNode: JsonNode,
  parent: Parent | null,
  context: ItemContext,
  depth = 0,
): readonly Item[] {
  // Help below a group, or at the top, is a text like any other.
  const isQuestion = parent !== null && parentNode.raw('type') !== 'group'
  const nodes = parentNode.children('item', MAX_ITEMS).filter((node) => !isQuestion || !isHelp(node))
  if (nodes.length > 0 && depth >= MAX_DEPTH) {
    parentNode.refuse('too_deep', `Items may nest ${MAX_DEPTH} deep.`)
    return []
  }
  return nodes.flatMap((node) => {
    const item = readItem(node, parent, context, depth)
    return item ? [item] : []
  })
}

function readItem(
  node: JsonNode,
  parent: Parent | null,
  context: ItemContext,
  depth: number,
): Item | undefined {
  const linkId = node.string('linkId', 150)
  const type = readType(node)
  if (!linkId) return node.refuse('no_link_id', 'Every item needs a linkId.')
  if (context.sources.has(linkId))
    return node.refuse('duplicate_link_id', `The linkId ${linkId} is there twice.`)
  if (context.sources.size >= MAX_ITEMS) return node.refuse('too_many', `More than ${MAX_ITEMS} items.`)
  if (type === undefined) return undefined
  const extensions = readExtensions(node)
  const base = {
    linkId,
    type,
    parent: parent?.linkId ?? null,
    inRows: parent?.inRows ?? [],
    repeats: (node.boolean('repeats') ?? false) && type !== 'display',
    options: type === 'group' || type === 'display' ? [] : readOptions(node, context.valueSets),
  }
  if (node.problems.publishing) noteItemElements(node, base)
  checkChoice(node, base)
  const codes = node.children('code', 50).map(readCoding)
  const item: Item = {
    ...base,
    text: node.words('text') ?? '',
    codes,
    required: node.boolean('required') ?? false,
    readOnly: node.boolean('readOnly') ?? false,
    hidden: readHidden(extensions, parent),
    calculated: extensions.first('sdc-questionnaire-calculatedExpression') !== undefined,
    ...readItemExpressions(node, extensions),
    signature: extensions.first('questionnaire-signatureRequired') !== undefined,
    statements: node.everyLanguage('text'),
    units: extensions
      .all('questionnaire-unitOption')
      .flatMap((unit) => unit.child('valueCoding') ?? [])
      .map(readUnit),
    mimeTypes: extensions.all('mimeType').flatMap((mime) => mime.string('valueCode', 100) ?? []),
    enableBehavior: readBehavior(node),
    // Filled in by parse-conditions.ts, when all items are known.
    enableWhen: [],
    flags: readFlags(extensions, codes),
    initial: readInitial(node, base),
    items: [],
    ...readControl(extensions, type),
    ...readLimits(node, extensions),
    ...readHints(node, extensions),
  }
  // Registered before its children, so that the order of the map is the order of the form.
  checkFiles(node, item)
  context.sources.set(linkId, { item, node })
  const inRows = item.repeats ? [...item.inRows, linkId] : item.inRows
  const items = readItems(node, { linkId, inRows, hidden: item.hidden }, context, depth + 1)
  if (items.length > 0 && (type === 'display' || (item.repeats && item.options.length > 0)))
    return node.refuse('unsupported_nesting', 'Items below a display or a question with several options.')
  const whole = { ...item, items }
  context.sources.set(linkId, { item: whole, node })
  return whole
}

const HELP = new Set(['help', 'flyover', 'prompt'])

/** A display below a question that says how to answer it: read as the question's hint, not as an item of its own. */
function isHelp(node: JsonNode): boolean {
  if (node.raw('type') !== 'display' || !node.has('extension')) return false
  return node
    .children('extension', 200)
    .filter((extension) => String(extension.raw('url')).endsWith('/questionnaire-itemControl'))
    .flatMap((extension) => extension.child('valueCodeableConcept')?.children('coding', 20) ?? [])
    .some((coding) => HELP.has(String(coding.raw('code'))))
}

function readHelp(node: JsonNode): string | undefined {
  if (!node.has('item') || node.raw('type') === 'group') return undefined
  const texts = node
    .children('item', MAX_ITEMS)
    .filter(isHelp)
    .flatMap((help) => help.words('text', 2_000) ?? [])
  return texts.length > 0 ? texts.join(' ') : undefined
}

function readType(node: JsonNode): ItemType | undefined {
  const type = node.string('type', 50)
  const known = ITEM_TYPES.find((name) => name === type)
  if (!known)
    node.problems.refuse(
      'unsupported_type',
      node.at('type'),
      type === 'coding'
        ? 'The item type coding is of FHIR R5: in R4 it is choice, or open-choice.'
        : `The item type ${type ?? '(none)'} is not supported.`,
    )
  return known
}

function checkChoice(node: JsonNode, { type, options, repeats }: Pick<Item, 'type' | 'options' | 'repeats'>) {
  if (type === 'choice' && options.length === 0)
    node.refuse('no_options', 'A choice question needs answerOption or a contained value set.')
  if (options.length > 0 && !['choice', 'open-choice', 'string', 'integer', 'date', 'time'].includes(type))
    node.refuse('unsupported_options', `A ${type} question cannot have a list of options.`)
  if (repeats && type === 'boolean') node.refuse('unsupported_repeats', 'A yes/no question cannot repeat.')
}

/** What nobody could ever answer is said before it is published. */
function checkFiles(node: JsonNode, item: Item) {
  if (item.type !== 'attachment') return
  if (takenTypes(item).length === 0)
    node.refuse('unsupported_files', `Files of the kinds ${item.mimeTypes.join(', ')} are not taken.`)
  if (item.maxSize !== undefined && item.maxSize < 1)
    node.refuse('unsupported_files', 'A file has at least one byte: maxSize is too small.')
}

/** What lies in a hidden group is as hidden: nobody is asked for what nobody sees. */
const readHidden = (extensions: Extensions, parent: Parent | null): boolean =>
  (extensions.first('questionnaire-hidden')?.boolean('valueBoolean') ?? false) || parent?.hidden === true

function readBehavior(node: JsonNode): 'all' | 'any' {
  const behavior = node.string('enableBehavior', 10)
  if (behavior === 'all' || behavior === 'any') return behavior
  if (behavior !== undefined || node.children('enableWhen', 100).length > 1)
    node.problems.refuse(
      'no_enable_behavior',
      node.at('enableBehavior'),
      'Several conditions need "all" or "any".',
    )
  return 'any'
}

function readControl(extensions: Extensions, type: ItemType): { control?: Control } {
  for (const extension of extensions.all('questionnaire-itemControl'))
    for (const coding of extension.child('valueCodeableConcept')?.children('coding', 20) ?? []) {
      const code = coding.string('code', 50) ?? ''
      const control = Object.hasOwn(CONTROLS, code) ? CONTROLS[code] : undefined
      if (control !== undefined && (control === 'page') === (type === 'group')) return { control }
      coding.note('ignored_control', `The control ${code || '(none)'} is shown in the usual way.`)
    }
  return {}
}

/** A lowest or highest value: a number, or a date or time as text. */
function readBound(extension: JsonNode | undefined): number | string | undefined {
  return (
    extension?.number('valueInteger') ??
    extension?.number('valueDecimal') ??
    extension?.string('valueDate', 10) ??
    extension?.string('valueDateTime', 40) ??
    extension?.string('valueTime', 20)
  )
}

function readLimits(node: JsonNode, extensions: Extensions) {
  const source = extensions.first('regex')?.string('valueString')
  const pattern = source === undefined ? undefined : compilePattern(source)
  if (typeof pattern === 'string')
    node.refuse('unsupported_pattern', `The regular expression cannot be used: ${pattern}.`)
  return defined({
    maxLength: node.integer('maxLength'),
    minLength: extensions.first('minLength')?.integer('valueInteger'),
    min: readBound(extensions.first('minValue')),
    max: readBound(extensions.first('maxValue')),
    decimalPlaces: extensions.first('maxDecimalPlaces')?.integer('valueInteger'),
    minOccurs: extensions.first('questionnaire-minOccurs')?.integer('valueInteger'),
    maxOccurs: extensions.first('questionnaire-maxOccurs')?.integer('valueInteger'),
    maxSize: extensions.first('maxSize')?.number('valueDecimal'),
    pattern: typeof pattern === 'string' ? undefined : pattern,
  })
}

function readHints(node: JsonNode, extensions: Extensions) {
  const unit = extensions.first('questionnaire-unit')?.child('valueCoding')
  return defined({
    prefix: node.words('prefix', 50),
    autocomplete: extensions.first('autocomplete')?.string('valueCode', 50),
    hint: readHelp(node) ?? extensions.first('entryFormat')?.words('valueString', 200),
    unit: unit && readUnit(unit),
  })
}

/** LOINC codes of questions about harming oneself (PHQ-9 item 9): flagged in every form, whoever published it. */
const SELF_HARM_CODES = new Set(['44260-8'])

function readFlags(extensions: Extensions, codes: readonly Coding[]): readonly FlagRule[] {
  const declared = extensions.all('flag').flatMap((extension) => {
    const code = part(extension, 'code')[0]?.string('valueCode', 50)
    const over = part(extension, 'over')[0]?.number('valueDecimal')
    if (code !== undefined && over !== undefined) return [{ code, over }]
    extension.refuse('wrong_flag', 'A flag needs a code and a number to be over.')
    return []
  })
  const known = codes.some(({ code }) => code !== undefined && SELF_HARM_CODES.has(code))
  return known && !declared.some(({ code }) => code === 'self-harm')
    ? [...declared, { code: 'self-harm', over: 0 }]
    : declared
}

function readInitial(node: JsonNode, item: Pick<Item, 'type' | 'options'>): readonly Answer[] {
  const given: Answer[] = []
  for (const initial of node.children('initial', 100)) {
    const value = readValue(initial, 'value', item)
    if (value !== undefined) given.push(value)
  }
  return given.length > 0
    ? given
    : item.options.filter((option) => option.selected).map((option) => option.token)
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> }
const defined = <T extends object>(values: T): Defined<T> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Defined<T>
