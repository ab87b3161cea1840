/** What a mapping between a FHIR resource and a document of a record is. Pure: the same in, the same out. */
import type { z } from 'zod'
import type { JsonObject } from '../../../../shared/kernel/json.ts'
import type { Result } from '../../../../shared/kernel/result.ts'
import type { CollectionName } from '../../../../shared/protocol/collections.ts'
import { type Refusal, refusal } from '../../../../shared/protocol/errors.ts'

export interface MappingContext {
  /** The practice's, IANA. */
  readonly timeZone: string
  /** Id of the document that the record system calls so. */
  readonly documentId: (type: string, externalId: string) => string
}
export interface MappedDocument {
  /** External id of the client. */
  readonly patient: string
  /** What the document holds afterwards, of the fields that are the record system's. */
  readonly fields: JsonObject
}
export interface Mapping<In extends z.ZodType = z.ZodType> {
  readonly collection: CollectionName
  readonly resource: In
  /** Fields that are the record system's: one that is missing in what it sends is taken away. */
  readonly owned: readonly string[]
  readonly toDocument: (
    given: z.infer<In>,
    externalId: string,
    context: MappingContext,
  ) => Result<MappedDocument, Refusal>
  /** `document` was checked when it was written. */
  readonly toResource: (document: JsonObject, subject: string) => JsonObject
}

export const invalid = (detail: string): Refusal => refusal('invalid_document', detail)
export const noSubject = invalid('The resource does not say whose it is: a reference to Patient/<your id>.')
