/**
 * Elements of a form or an item that FHIR R4 does not have. One that would change what can be answered is refused; all
 * others are named and left out. Asked only of what is to be published.
 */
import { readExtensions } from './extensions.ts'
import type { JsonNode } from './json-node.ts'
import type { Item } from './questionnaire.ts'

const EVERYWHERE = ['id', 'extension', 'modifierExtension']
const OF_FORM = new Set([
  ...EVERYWHERE,
  ...['resourceType', 'meta', 'implicitRules', 'language', 'text', 'contained'],
  ...['url', 'identifier', 'version', 'name', 'title', 'derivedFrom', 'status', 'experimental'],
  ...['subjectType', 'date', 'publisher', 'contact', 'description', 'useContext', 'jurisdiction'],
  ...['purpose', 'copyright', 'approvalDate', 'lastReviewDate', 'effectivePeriod', 'code', 'item'],
])
const OF_ITEM = new Set([
  ...EVERYWHERE,
  ...['linkId', 'definition', 'code', 'prefix', 'text', 'type', 'enableWhen', 'enableBehavior'],
  ...['required', 'repeats', 'readOnly', 'maxLength', 'answerValueSet', 'answerOption', 'initial', 'item'],
  // Of R5, and read below.
  'answerConstraint',
])

const VALUES = [
  ...['Boolean', 'Decimal', 'Integer', 'Date', 'DateTime', 'Time', 'String', 'Uri'],
  ...['Attachment', 'Coding', 'Quantity', 'Reference'],
]
const OF_CONDITION = new Set([
  ...[...EVERYWHERE, 'question', 'operator'],
  ...VALUES.map((kind) => `answer${kind}`),
])
const OF_VALUE = new Set([...EVERYWHERE, 'initialSelected', ...VALUES.map((kind) => `value${kind}`)])
const OF_CONCEPT = [...EVERYWHERE, 'code', 'display', 'designation']
/** Below a value set, by the element that they stand in. */
const OF_VALUE_SET: Readonly<Record<string, ReadonlySet<string>>> = {
  compose: new Set([...EVERYWHERE, 'lockedDate', 'inactive', 'include', 'exclude']),
  include: new Set([...EVERYWHERE, 'system', 'version', 'concept', 'filter', 'valueSet']),
  concept: new Set(OF_CONCEPT),
  designation: new Set([...EVERYWHERE, 'language', 'use', 'value']),
  expansion: new Set([
    ...[...EVERYWHERE, 'identifier', 'timestamp', 'total', 'offset', 'parameter', 'contains'],
  ]),
  contains: new Set([...OF_CONCEPT, 'system', 'abstract', 'inactive', 'version', 'contains']),
}
const OF_SET = new Set([
  ...['resourceType', 'meta', 'implicitRules', 'language', 'text', 'contained', 'url', 'identifier'],
  ...['version', 'name', 'title', 'status', 'experimental', 'date', 'publisher', 'contact', 'description'],
  ...['useContext', 'jurisdiction', 'immutable', 'purpose', 'copyright', 'compose', 'expansion'],
  ...EVERYWHERE,
])

/** Of FHIR R5: what is done in their place. */
const NEWER: ReadonlyMap<string, string> = new Map([
  ['versionAlgorithmString', 'versions are numbered by the catalogue'],
  ['versionAlgorithmCoding', 'versions are numbered by the catalogue'],
  ['copyrightLabel', 'it is shown nowhere'],
  ['disabledDisplay', 'a question that is not asked is not shown'],
])

export const noteFormElements = (form: JsonNode): void => noteOthers(form, OF_FORM)

export function noteItemElements(node: JsonNode, item: Pick<Item, 'type' | 'options'>): void {
  noteOthers(node, OF_ITEM)
  for (const condition of node.children('enableWhen', 100)) noteAll(condition, OF_CONDITION)
  for (const option of node.children('answerOption', 1_000)) noteAll(option, OF_VALUE)
  for (const initial of node.children('initial', 100)) noteAll(initial, OF_VALUE)
  if (node.has('answerConstraint')) readAnswerConstraint(node, item)
}

/** A contained one, down to what its concepts are called. Bounded by the size of a request, in depth too. */
export function noteValueSetElements(set: JsonNode): void {
  if (set.has('implicitRules'))
    set.problems.refuse(
      'implicit_rules',
      set.at('implicitRules'),
      'Rules outside of the form are not supported.',
    )
  noteAll(set, OF_SET)
  const open: (readonly [name: string, node: JsonNode])[] = [
    ...childrenOf(set, 'compose'),
    ...childrenOf(set, 'expansion'),
  ]
  for (let next = open.pop(); next; next = open.pop()) {
    const [name, node] = next
    noteAll(node, OF_VALUE_SET[name] ?? OF_SET)
    for (const below of Object.keys(OF_VALUE_SET)) open.push(...childrenOf(node, below))
  }
}

const childrenOf = (node: JsonNode, name: string): readonly (readonly [string, JsonNode])[] => {
  const value = node.raw(name)
  const nodes = Array.isArray(value) ? node.children(name) : [node.child(name)]
  return nodes.flatMap((each) => (each === undefined ? [] : [[name, each] as const]))
}

/** Its extensions too: a modifier changes what stands around it, wherever it is. */
function noteAll(node: JsonNode, known: ReadonlySet<string>): void {
  noteOthers(node, known)
  readExtensions(node)
}

function noteOthers(node: JsonNode, known: ReadonlySet<string>): void {
  for (const name of Object.keys(node.value)) {
    // Beside a text stands what belongs to it: `_title` to `title`.
    if (known.has(name) || known.has(name.replace(/^_/, ''))) continue
    const instead = NEWER.get(name)
    node.problems.note(
      'ignored_element',
      node.at(name),
      instead === undefined
        ? `The element ${name} is none of FHIR R4 and is ignored.`
        : `The element ${name} of FHIR R5 is ignored: ${instead}.`,
    )
  }
}

/** R5 says with it what R4 says with the type; where the two differ, neither could be followed without the other. */
function readAnswerConstraint(node: JsonNode, { type, options }: Pick<Item, 'type' | 'options'>): void {
  const said = node.string('answerConstraint', 50)
  if (said === undefined) return
  const meant = type === 'open-choice' ? 'optionsOrString' : 'optionsOnly'
  const path = node.at('answerConstraint')
  const note = (why: string) =>
    node.problems.note('ignored_element', path, `The element answerConstraint of FHIR R5 is ignored: ${why}.`)
  if (options.length === 0) note('there are no options')
  else if (said === meant) note(`${said} is what ${type} means in R4`)
  else
    node.problems.refuse(
      'unsupported_element',
      path,
      `The element answerConstraint of FHIR R5 is not supported: ${said} is not what ${type} means in R4, ${meant}.`,
    )
}
