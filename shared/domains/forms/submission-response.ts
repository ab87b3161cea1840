/** A submission as a FHIR R4 QuestionnaireResponse: what was sent, of which version, about whom, and when. Pure. */
import type { JsonObject } from '../../kernel/json.ts'
import type { Questionnaire } from '../../questionnaire/questionnaire.ts'
import { toQuestionnaireResponse } from '../../questionnaire/response.ts'
import type { FormDefinition, Submission } from './schema.ts'

const AMENDS = 'https://mentalspace.app/fhir/StructureDefinition/amends'

export function submissionResponse(
  submission: Submission,
  definition: Pick<FormDefinition, 'version'>,
  form: Questionnaire,
  subject?: string,
): JsonObject {
  const { answers, amends, reference, formKey, receivedAt, submittedAt } = submission
  const { item = [] } = toQuestionnaireResponse(form, answers)
  return {
    resourceType: 'QuestionnaireResponse',
    id: submission.id,
    ...(amends === undefined
      ? {}
      : { extension: [{ url: AMENDS, valueReference: { reference: `QuestionnaireResponse/${amends}` } }] }),
    ...(reference === undefined ? {} : { identifier: { value: reference } }),
    questionnaire: `${form.url ?? `urn:mentalspace:form:${formKey}`}|${definition.version}`,
    status: amends === undefined ? 'completed' : 'amended',
    ...(subject === undefined ? {} : { subject: { reference: subject } }),
    authored: new Date(receivedAt ?? submittedAt).toISOString(),
    item,
  }
}
