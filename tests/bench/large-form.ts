/** A form of 500 questions with 200 expressions: of every five, one is calculated from two others and one is asked by an answer before it. */
import type { JsonObject } from '../../shared/kernel/json.ts'

export const QUESTIONS = 500
export const EXPRESSIONS = 200
export const IN_SECTION = 10

const answerTo = (n: number) => `%resource.item.item.where(linkId = 'q${n}').answer.value`
const extension = (kind: string, expression: string) => [
  {
    url: `http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-${kind}`,
    valueExpression: { language: 'text/fhirpath', expression },
  },
]

function question(n: number): JsonObject {
  const plain = { linkId: `q${n}`, type: 'integer', text: `Question ${n}` }
  if (n % 5 === 3)
    return {
      ...plain,
      extension: extension('calculatedExpression', `${answerTo(n - 3)} + ${answerTo(n - 2)}`),
    }
  if (n % 5 === 4) return { ...plain, extension: extension('enableWhenExpression', `${answerTo(n - 1)} > 3`) }
  return plain
}

/** `inSections`: as forms are; else all of them on one page. */
export const largeForm = (inSections = true): JsonObject => {
  const size = inSections ? IN_SECTION : QUESTIONS
  return {
    resourceType: 'Questionnaire',
    title: inSections ? 'Large form in fifty sections' : 'Large form on one page',
    item: Array.from({ length: QUESTIONS / size }, (_, section) => ({
      linkId: `s${section}`,
      type: 'group',
      text: `Section ${section}`,
      item: Array.from({ length: size }, (_, index) => question(section * size + index)),
    })),
  }
}
