/** Forms with expressions, made in a line; for the tests of this folder. */
import type { Json, JsonObject } from '../../kernel/json.ts'
import type { Questionnaire } from '../questionnaire.ts'
import { readForm } from './read-form.ts'

export const SDC = 'http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-'
export const HL7 = 'http://hl7.org/fhir/StructureDefinition/'
const fhirpath = (expression: string, name?: string): JsonObject => ({
  language: 'text/fhirpath',
  expression,
  ...(name ? { name } : {}),
})
export const calculated = (text: string) => ({
  url: `${SDC}calculatedExpression`,
  valueExpression: fhirpath(text),
})
export const shownIf = (text: string) => ({
  url: `${SDC}enableWhenExpression`,
  valueExpression: fhirpath(text),
})
export const initially = (text: string) => ({
  url: `${SDC}initialExpression`,
  valueExpression: fhirpath(text),
})
export const variable = (name: string, text: string) => ({
  url: `${HL7}variable`,
  valueExpression: fhirpath(text, name),
})
export const must = (human: string, text: string) => ({
  url: `${HL7}questionnaire-constraint`,
  extension: [
    { url: 'key', valueId: 'c' },
    { url: 'severity', valueCode: 'error' },
    { url: 'human', valueString: human },
    { url: 'expression', valueString: text },
  ],
})
export const item = (linkId: string, type: string, ...extension: Json[]): JsonObject => ({
  linkId,
  type,
  extension,
})
export const form = (item: readonly Json[], extension: readonly Json[] = []): JsonObject => ({
  resourceType: 'Questionnaire',
  title: 'Form',
  item,
  extension,
})
export const read = async (json: Json): Promise<Questionnaire> => {
  const parsed = await readForm(json)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error))
  return parsed.value
}
export const refusals = async (json: Json) => {
  const parsed = await readForm(json)
  return parsed.ok ? [] : parsed.error.map(({ code, path, message }) => `${code} at ${path}: ${message}`)
}
export const answerTo = (linkId: string) => `%resource.descendants().where(linkId = '${linkId}').answer.value`
