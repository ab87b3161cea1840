/** FHIR R4 DocumentReference: a document that is shared with the client. What is in it comes apart, in parts. Pure. */
import { z } from 'zod'
import { FILE_BYTES } from '../../../../shared/domains/documents/limits.ts'
import { SharedDocument } from '../../../../shared/domains/documents/schema.ts'
import type { JsonObject } from '../../../../shared/kernel/json.ts'
import { err, ok, type Result } from '../../../../shared/kernel/result.ts'
import type { Refusal } from '../../../../shared/protocol/errors.ts'
import { CodeableConcept, instant, patientOf, Reference, text } from './elements.ts'
import { noSubject } from './mapping.ts'

export const DocumentReference = z.object({
  resourceType: z.literal('DocumentReference'),
  status: z.literal('current'),
  subject: Reference,
  description: text(200).min(1).meta({ description: 'The title, as the client sees it.' }),
  category: z
    .array(CodeableConcept)
    .max(5)
    .optional()
    .meta({
      description: `One code of ${SharedDocument.shape.category.options.join(', ')}; by default other.`,
    }),
  author: z.array(Reference).max(5).optional().meta({ description: 'The first one by `display`.' }),
  content: z
    .array(
      z.object({
        attachment: z.object({
          size: z.number().int().min(1).max(FILE_BYTES),
          hash: SharedDocument.shape.sha256.meta({ description: 'SHA-256 of the whole file, hex.' }),
        }),
      }),
    )
    .min(1)
    .max(1),
})

export interface FedDocument {
  /** External id of the client. */
  readonly patient: string
  readonly title: string
  readonly category: SharedDocument['category']
  readonly bytes: number
  readonly sha256: string
  readonly by: string | undefined
}

export function toFedDocument(given: z.infer<typeof DocumentReference>): Result<FedDocument, Refusal> {
  const patient = patientOf(given.subject.reference)
  const [content] = given.content
  if (patient === undefined || content === undefined) return err(noSubject)
  const codes = (given.category ?? []).flatMap(({ coding = [] }) => coding.map(({ code }) => code))
  const category = SharedDocument.shape.category.options.find((one) => codes.includes(one)) ?? 'other'
  const { size: bytes, hash: sha256 } = content.attachment
  return ok({ patient, title: given.description, category, bytes, sha256, by: given.author?.[0]?.display })
}

export const toDocumentReference = (document: SharedDocument, subject: string): JsonObject => ({
  resourceType: 'DocumentReference',
  status: 'current',
  subject: { reference: subject },
  description: document.title,
  category: [{ coding: [{ code: document.category }] }],
  author: [{ display: document.sharedByName }],
  date: instant(document.sharedAt),
  content: [
    {
      attachment: {
        contentType: document.mimeType,
        size: document.bytes,
        hash: document.sha256,
        title: document.title,
      },
    },
  ],
})
