/** A submission to take along: as FHIR, or on paper. Read like any submission, and audited as what it is. */
import type { FormDefinition, Submission } from '../../../shared/domains/forms/schema.ts'
import { submissionResponse } from '../../../shared/domains/forms/submission-response.ts'
import type { JsonObject } from '../../../shared/kernel/json.ts'
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import { COLLECTIONS } from '../../../shared/protocol/collections.ts'
import { type Refusal, refusal } from '../../../shared/protocol/errors.ts'
import { readForm } from '../../../shared/questionnaire/expressions/read-form.ts'
import { scoreAnswers } from '../../../shared/questionnaire/score.ts'
import type { Actor } from '../../replication/actor.ts'
import { type Permit, readersOf } from '../../replication/client-access-store.ts'
import { toClient } from '../../replication/document-store.ts'
import type { Replication } from '../../replication/replication.ts'
import type { PdfLanguage } from './pdf-words.ts'
import { readPracticeOf } from './reader.ts'

export interface Wanted {
  readonly clientId: string
  readonly submissionId: string
}
interface Found {
  readonly submission: Submission
  readonly definition: FormDefinition
  readonly practice: { readonly clientName: string; readonly practiceName: string; readonly timeZone: string }
}
export interface Exports {
  fhir(actor: Actor, wanted: Wanted): Promise<Result<JsonObject, Refusal>>
  pdf(actor: Actor, wanted: Wanted, language: PdfLanguage): Promise<Result<Buffer, Refusal>>
}

/** `CLIENT_SIDE`: whoever may read the record. `STAFF_SIDE`: whoever reviews it, with the scores. */
const SIDES = {
  client: { permit: readersOf('forms'), scores: false },
  staff: { permit: ['assigned-clinician'] satisfies Permit as Permit, scores: true },
} as const

const NOT_FOUND = refusal('not_found', 'There is no such submission.')

export function createExports(
  { replication }: { readonly replication: Replication },
  side: keyof typeof SIDES,
): Exports {
  const { permit, scores } = SIDES[side]
  const find = (
    actor: Actor,
    { clientId, submissionId }: Wanted,
    action: string,
  ): Promise<Result<Found, Refusal>> => {
    return replication.read<Found>({
      actor,
      clientId,
      action,
      permit,
      onDevice: false,
      describe: () => ({ collection: COLLECTIONS.submissions.number, documentId: submissionId }),
      run: async ({ documents, scope }) => {
        const [stored] = await documents('submissions', [submissionId])
        if (stored === undefined) return err(NOT_FOUND)
        const [definition] = await documents('definitions', [String(stored.body.definitionId)])
        const practice = await readPracticeOf(scope.tx, clientId)
        if (definition === undefined || practice === undefined)
          throw new Error('A submission has lost its form or client.')
        return ok({
          submission: toClient(stored) as unknown as Submission,
          definition: toClient(definition) as unknown as FormDefinition,
          practice,
        })
      },
    })
  }
  const formOf = async ({ id, questionnaire }: FormDefinition, language?: string) => {
    const form = await readForm(questionnaire, { language })
    if (!form.ok) throw new Error(`The published form ${id} cannot be read any more.`)
    return form.value
  }
  return {
    async fhir(actor, wanted) {
      const found = await find(actor, wanted, 'forms.export')
      if (!found.ok) return found
      const { submission, definition } = found.value
      const form = await formOf(definition)
      return ok(submissionResponse(submission, definition, form, `Patient/${wanted.clientId}`))
    },
    async pdf(actor, wanted, language) {
      const found = await find(actor, wanted, 'forms.print')
      if (!found.ok) return found
      const { submission, definition, practice } = found.value
      const form = await formOf(definition, language)
      // What writes PDFs takes a while to load.
      const { submissionPdf } = await import('./submission-pdf.ts')
      const paper = await submissionPdf({
        submission,
        form,
        language,
        ...practice,
        scores: scores ? scoreAnswers(form, submission.answers) : [],
      })
      return ok(Buffer.from(paper))
    },
  }
}
