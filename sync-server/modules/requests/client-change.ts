/**
 * What a client's device or REST call does to a request: make it, change its wishes, take an offered time, look again,
 * withdraw. SPEC: shared/domains/requests/SPEC.md, Q1–Q7.
 */
import { z } from 'zod'
import type { Appointment } from '../../../shared/domains/appointments/schema.ts'
import { mayWithAppointments } from '../../../shared/domains/requests/policy.ts'
import {
  type Change,
  changeRequest,
  type Standing,
  type Subject,
  takeRequest,
  WISHES,
} from '../../../shared/domains/requests/rules.ts'
import { NewRequest, Request, SeenVisit, TimeWindow } from '../../../shared/domains/requests/schema.ts'
import type { Json } from '../../../shared/kernel/json.ts'
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import { type Refusal, refusal } from '../../../shared/protocol/errors.ts'
import type { Decision, StoredDocument, Write } from '../../replication/collection.ts'
import { toClient } from '../../replication/document-store.ts'
import { putRecord } from '../../replication/record-collection.ts'
import type { WorkingSet } from '../../replication/working-set.ts'
import { asRequest, openRequests } from './open-requests.ts'

const notWell = (what: string) => err(refusal('invalid_document', what))

export async function applyClientWrite(work: WorkingSet, write: Write): Promise<Result<Decision, Refusal>> {
  if (!mayWithAppointments(work.actor.role, 'ask'))
    return err(refusal('not_permitted', 'Your role does not ask for appointments.'))
  const stored = await work.load('requests', write.documentId)
  const names = new Set(write.edits.map(({ field }) => field))
  if (stored === undefined)
    return write.baseRev > 0 ? err(refusal('not_found', 'There is no such request.')) : make(work, write)
  if (stored.deleted) return err(refusal('not_found', 'There is no such request.'))
  if (write.baseRev === 0 && names.has('kind')) return repeated(stored, write)
  return change(work, write, stored)
}

async function subjectOf(work: WorkingSet, subjectId: string | undefined): Promise<Subject | undefined> {
  const document = subjectId === undefined ? undefined : await work.load('appointments', subjectId)
  if (document === undefined || document.deleted) return undefined
  return { rev: document.rev, visit: toClient(document) as unknown as Appointment }
}

async function make(work: WorkingSet, write: Write): Promise<Result<Decision, Refusal>> {
  const fields = Object.fromEntries(write.edits.map(({ field, value }) => [field, value]))
  const parsed = NewRequest.safeParse({ ...fields, id: write.documentId })
  if (!parsed.success) return notWell('This is not a request.')
  const asked = parsed.data
  const subject = await subjectOf(work, asked.subjectId)
  const open = asked.status === 'withdrawn' ? [] : await openRequests(work)
  const taken = takeRequest({ asked, subject, open })
  if (!taken.ok) return taken
  const requestedAt = Math.min(asked.requestedAt, work.receivedAt)
  const standing = { ...taken.value, requestedAt } satisfies Standing & { requestedAt: number }
  const edits = write.edits.filter(({ field }) => field !== 'status' && field !== 'requestedAt')
  const made = await putRecord(work, { ...write, edits: [...edits, ...editsOf(standing, work.receivedAt)] })
  work.resend({ collection: 'requests', id: write.documentId })
  return made
}

/** The same creation under another number: its answer was forgotten, or the database was put back. */
function repeated(stored: StoredDocument, { edits }: Write): Result<Decision, Refusal> {
  const said = Object.fromEntries(edits.map(({ field, value }) => [field, value]))
  const same = said.kind === stored.body.kind && (said.subjectId ?? null) === (stored.body.subjectId ?? null)
  return same
    ? ok({ outcome: 'duplicate', rev: stored.rev })
    : err(refusal('already_exists', 'Another request has this id.'))
}

const Edits = z.strictObject({
  status: z.enum(['withdrawn', 'requested']).optional(),
  chosenTime: TimeWindow.optional(),
  seen: SeenVisit.optional(),
  subjectRev: z.number().int().nonnegative().max(2_147_483_647).optional(),
  reason: Request.shape.reason.unwrap().nullable().optional(),
  preferredTimes: NewRequest.shape.preferredTimes.unwrap().optional(),
  visitKind: Request.shape.visitKind.unwrap().nullable().optional(),
})

function parseChange(write: Write, current: Request): Result<Change, Refusal> {
  const parsed = Edits.safeParse(Object.fromEntries(write.edits.map(({ field, value }) => [field, value])))
  if (!parsed.success) return err(refusal('not_permitted', 'This part of a request is not for clients.'))
  const { status, chosenTime } = parsed.data
  return ok({
    withdraw: status === 'withdrawn',
    chosenTime,
    seenAgain: seenAgain(parsed.data, current),
    wishes: write.edits.some(({ field }) => isWish(field)),
  })
}
/** Asked for once more: with what is seen now, or, where the appointment is again what it was, with what was seen then. */
function seenAgain(
  { status, chosenTime, seen, subjectRev }: z.infer<typeof Edits>,
  current: Request,
): Change['seenAgain'] {
  const kept = status === 'requested' && chosenTime === undefined ? current.seen : undefined
  const shown = seen ?? kept
  return shown && { seen: shown, ...(subjectRev === undefined ? {} : { subjectRev }) }
}
const isWish = (field: string) => WISHES.some((wish) => wish === field)

async function change(
  work: WorkingSet,
  write: Write,
  stored: StoredDocument,
): Promise<Result<Decision, Refusal>> {
  const current = asRequest(stored)
  const parsed = parseChange(write, current)
  if (!parsed.ok) return parsed
  const follows = changeRequest(current, parsed.value, await subjectOf(work, current.subjectId))
  if (!follows.ok) return follows
  const wishes = write.edits.filter(({ field }) => isWish(field))
  if (current.kind === 'cancel' && wishes.some(({ field }) => field === 'preferredTimes'))
    return notWell('Times are wished for a visit that is to take place.')
  work.resend({ collection: 'requests', id: stored.id })
  const merged =
    wishes.length === 0 || parsed.value.withdraw
      ? ok<Decision>({ outcome: 'merged', rev: stored.rev })
      : await putRecord(work, { ...write, edits: wishes })
  if (!merged.ok) return merged
  const edits = editsOf(follows.value, work.receivedAt)
  if (edits.length === 0) return merged
  // What follows from the rules stands whatever the device had seen.
  return putRecord(work, { ...write, baseRev: merged.value.rev, edits })
}

const editsOf = (fields: object, at: number) =>
  Object.entries(fields as Record<string, Json>).map(([field, value]) => ({ field, value, at }))
