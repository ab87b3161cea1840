/**
 * A decision of staff: the request and, with an approval, its appointment, in one transaction.
 * SPEC: shared/domains/requests/SPEC.md, Q8.
 */
import { randomUUID } from 'node:crypto'
import { type DecisionInput, decideRequest } from '../../../shared/domains/requests/rules.ts'
import type { Request } from '../../../shared/domains/requests/schema.ts'
import type { Json } from '../../../shared/kernel/json.ts'
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import { type Refusal, refusal } from '../../../shared/protocol/errors.ts'
import type { StoredDocument } from '../../replication/collection.ts'
import { toClient } from '../../replication/document-store.ts'
import { changedMeanwhile } from '../../replication/revised.ts'
import { type Booking, bookVisit, cancelVisit, moveVisit } from './book.ts'
import type { Decision } from './staff-view.ts'

const NO_REQUEST = refusal('not_found', 'There is no such request.')
const TIME_MISSING = refusal('invalid_document', 'Say when it takes place.')

/** Request first: a decided one is not made to wait by the change of its appointment. The slot last (book.ts). */
export async function decideInRecord(
  booking: Booking,
  { requestId, rev, ...decision }: Decision,
): Promise<Result<StoredDocument, Refusal>> {
  const { session, actor, member } = booking
  const { apply, work } = session
  const stored = await work.load('requests', requestId)
  if (stored === undefined || stored.deleted || stored.body.kind === 'refill') return err(NO_REQUEST)
  if (stored.rev !== rev) return err(changedMeanwhile)
  // Stored documents were checked when they were written.
  const current = toClient(stored) as unknown as Request
  const decided = decideRequest(current, decision, { name: member.name, at: work.receivedAt })
  if (!decided.ok) return decided
  const isNew = current.kind === 'new-appointment' && decision.decision === 'approve'
  const newVisit = isNew && current.appointmentId === undefined ? randomUUID() : undefined
  const fields = { ...decided.value, ...(newVisit === undefined ? {} : { appointmentId: newVisit }) }
  const answered = await apply({
    collection: 'requests',
    documentId: requestId,
    baseRev: rev,
    edits: Object.entries(fields).map(([field, value]) => ({
      field,
      value: value as Json,
      at: work.receivedAt,
    })),
    by: 'staff',
    writer: actor.accountId,
    server: { decidedByAccountId: actor.accountId },
  })
  if (!answered.ok) return answered
  const change = await changeVisit(booking, current, decision, newVisit)
  if (!change.ok) return change
  const after = await work.load('requests', requestId)
  return after === undefined ? err(NO_REQUEST) : ok(after)
}

async function changeVisit(
  booking: Booking,
  { kind, subjectId, reviewReason, appointmentId }: Request,
  { decision, place, title }: DecisionInput & Pick<Decision, 'place' | 'title'>,
  newVisit: string | undefined,
): Promise<Result<unknown, Refusal>> {
  // The practice did what was asked, and the client called it off too late: an approval keeps that, a refusal undoes
  // what can be undone by itself.
  if (reviewReason === 'withdrawn-late')
    return decision === 'decline' && kind === 'new-appointment' && appointmentId !== undefined
      ? cancelVisit(booking, appointmentId)
      : ok(null)
  if (decision !== 'approve') return ok(null)
  if (kind === 'cancel') return subjectId === undefined ? ok(null) : cancelVisit(booking, subjectId)
  if (place === undefined) return err(TIME_MISSING)
  if (kind === 'reschedule' && subjectId !== undefined) return moveVisit(booking, subjectId, place)
  return bookVisit(booking, { id: newVisit ?? randomUUID(), place, title: title ?? 'Appointment' })
}
