/**
 * Elements of a form or an item that FHIR R4 does not have. One that would change what can be answered is refused; all
 * others are named and left out.
 */
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
  if (node.has('answerConstraint')) readAnswerConstraint(node, item)
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
