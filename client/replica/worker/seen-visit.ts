/**
 * A request rests on an appointment as the page showed it: where this device holds something else by now, nothing is
 * written; else the server's revision of it goes along. SPEC: client/replica/SPEC.md, R43.
 */
import { showsOtherwise } from '../../../shared/domains/requests/rules.ts'
import type { SeenVisit } from '../../../shared/domains/requests/schema.ts'
import { equalJson, type Json } from '../../../shared/kernel/json.ts'
import type { FieldPatch } from '../../../shared/merge/fields.ts'
import { COLLECTIONS } from '../../../shared/protocol/collections.ts'
import { VisitMoved } from '../seen-visit.ts'
import type { StoredDocument, WriteRow } from '../worker-port.ts'
import type { KnownDocument } from './documents.ts'
import type { DocumentKey } from './sealed-rows.ts'

type RequestDocument = StoredDocument & { readonly subjectId?: unknown; readonly seen?: SeenVisit }

export const subjectKey = ({ document }: WriteRow): DocumentKey => [
  COLLECTIONS.appointments.number,
  String((document as RequestDocument).subjectId ?? ''),
]

export function checkSeenVisit(
  { stored }: Pick<KnownDocument, 'stored'>,
  { document, previous }: WriteRow,
): void {
  const { seen } = document as RequestDocument
  const before = (previous as RequestDocument | undefined)?.seen
  if (seen === undefined || equalJson(seen as Json, (before ?? null) as Json)) return
  if (stored === null || showsOtherwise(seen, stored as unknown as SeenVisit)) throw new VisitMoved()
}

/** Only with what was seen: a withdrawal says nothing of the appointment. */
export const withSubjectRev = (patch: FieldPatch, document: StoredDocument, seenRev: number): FieldPatch =>
  'subjectId' in document && patch.some(([field]) => field === 'seen')
    ? [...patch.filter(([field]) => field !== 'subjectRev'), ['subjectRev', seenRev]]
    : patch
