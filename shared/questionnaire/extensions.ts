/**
 * Extensions of an element, by their short name. What changes the meaning of a form and is not supported is refused
 * by name; what FHIR lets an implementation ignore is noted.
 */
import type { JsonNode } from './json-node.ts'

const HL7 = 'http://hl7.org/fhir/StructureDefinition/'
const SDC = 'http://hl7.org/fhir/uv/sdc/StructureDefinition/'
/** Extensions of this product. */
export const OWN = 'https://mentalspace.app/fhir/StructureDefinition/'

/** Read by this parser. */
const SUPPORTED = new Set([
  `${HL7}questionnaire-itemControl`,
  `${HL7}questionnaire-hidden`,
  `${HL7}questionnaire-unit`,
  `${HL7}questionnaire-unitOption`,
  `${HL7}questionnaire-signatureRequired`,
  `${HL7}questionnaire-minOccurs`,
  `${HL7}questionnaire-maxOccurs`,
  `${HL7}questionnaire-optionExclusive`,
  `${HL7}questionnaire-optionPrefix`,
  `${HL7}ordinalValue`,
  `${HL7}valueset-ordinalValue`,
  `${HL7}itemWeight`,
  `${HL7}minValue`,
  `${HL7}maxValue`,
  `${HL7}minLength`,
  `${HL7}maxDecimalPlaces`,
  `${HL7}regex`,
  `${HL7}entryFormat`,
  `${HL7}mimeType`,
  `${HL7}maxSize`,
  `${HL7}variable`,
  `${SDC}sdc-questionnaire-calculatedExpression`,
  `${SDC}sdc-questionnaire-enableWhenExpression`,
  `${SDC}sdc-questionnaire-initialExpression`,
  `${HL7}questionnaire-constraint`,
  `${OWN}score`,
  `${OWN}flag`,
  `${OWN}autocomplete`,
])

/** They decide what is asked, allowed or filled in: leaving them out would make it another form. */
const REFUSED = new Set([
  `${SDC}sdc-questionnaire-answerExpression`,
  `${SDC}sdc-questionnaire-candidateExpression`,
  `${SDC}sdc-questionnaire-contextExpression`,
  `${SDC}sdc-questionnaire-answerOptionsToggleExpression`,
  `${SDC}sdc-questionnaire-subQuestionnaire`,
  `${HL7}targetConstraint`,
  `${HL7}cqf-expression`,
  `${HL7}questionnaire-unitValueSet`,
  `${HL7}questionnaire-optionRestriction`,
  `${HL7}minQuantity`,
  `${HL7}maxQuantity`,
  `${SDC}sdc-questionnaire-minQuantity`,
  `${SDC}sdc-questionnaire-maxQuantity`,
])

export interface Extensions {
  /** All extensions with one of these short names (`ordinalValue`, `questionnaire-hidden`, `score`). */
  all(...names: readonly string[]): readonly JsonNode[]
  first(...names: readonly string[]): JsonNode | undefined
}

const shortName = (url: string): string => url.slice(url.lastIndexOf('/') + 1)

export function readExtensions(element: JsonNode): Extensions {
  if (element.has('modifierExtension'))
    for (const extension of element.children('modifierExtension'))
      extension.refuse(
        'modifier_extension',
        `The modifier extension ${extension.string('url') ?? '(no url)'} changes the meaning of the form and is not supported.`,
      )
  const found: { name: string; node: JsonNode }[] = []
  for (const node of element.children('extension', 200)) {
    const url = node.string('url') ?? ''
    if (SUPPORTED.has(url)) found.push({ name: shortName(url), node })
    else if (REFUSED.has(url))
      node.refuse('unsupported_extension', `The extension ${shortName(url)} is not supported.`)
    else node.note('ignored_extension', `The extension ${url || '(no url)'} is ignored.`)
  }
  const all = (...names: readonly string[]) =>
    found.filter(({ name }) => names.includes(name)).map(({ node }) => node)
  return { all, first: (...names) => all(...names)[0] }
}

/** The extension inside a complex extension with this url. */
export const part = (extension: JsonNode, url: string): readonly JsonNode[] =>
  extension.children('extension', 200).filter((node) => node.raw('url') === url)
