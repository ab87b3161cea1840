/**
 * What a client's device or REST call does to a request for a refill: make it, answer, withdraw, say that the medication
 * is there. SPEC: shared/domains/medications/SPEC.md, D1–D4 and D6.
 */
import { mayWithPrescriptions } from '../../../shared/domains/medications/policy.ts'
import { changeRefill, firstStep, takeRefill } from '../../../shared/domains/medications/refill-rules.ts'
import { NewRefill, RefillEdits } from '../../../shared/domains/medications/refill-schema.ts'
import type { Json } from '../../../shared/kernel/json.ts'
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import { type Refusal, refusal } from '../../../shared/protocol/errors.ts'
import type { Decision, StoredDocument, Write } from '../../replication/collection.ts'
import { putRecord } from '../../replication/record-collection.ts'
import type { WorkingSet } from '../../replication/working-set.ts'
import { asRefill, refillsUnderWay } from './open-requests.ts'

const NO_REFILL = refusal('not_found', 'There is no such request.')
const isWish = (field: string) => field === 'pharmacy' || field === 'note'

export async function applyRefillWrite(work: WorkingSet, write: Write): Promise<Result<Decision, Refusal>> {
  if (!mayWithPrescriptions(work.actor.role, 'ask'))
    return err(refusal('not_permitted', 'Your role does not ask for refills.'))
  const stored = await work.load('requests', write.documentId)
  if (stored === undefined) return write.baseRev > 0 ? err(NO_REFILL) : make(work, write)
  if (stored.deleted) return err(NO_REFILL)
  const isCreation = write.baseRev === 0 && write.edits.some(({ field }) => field === 'kind')
  return isCreation ? repeated(stored, write) : change(work, write, stored)
}

async function make(work: WorkingSet, write: Write): Promise<Result<Decision, Refusal>> {
  const parsed = NewRefill.safeParse({ ...saidIn(write), id: write.documentId })
  if (!parsed.success) return err(refusal('invalid_document', 'This is not a request for a refill.'))
  const asked = parsed.data
  const medication = await work.load('medications', asked.subjectId)
  const others = asked.status === 'withdrawn' ? [] : await refillsUnderWay(work)
  const known = medication !== undefined && !medication.deleted
  const taken = takeRefill({ asked, known, others })
  if (!taken.ok) return taken
  const requestedAt = Math.min(asked.requestedAt, work.receivedAt)
  const by = { name: work.actor.name, at: requestedAt }
  const standing = { status: taken.value, requestedAt, steps: firstStep(taken.value, by) }
  const wished = write.edits.filter(({ field }) => field !== 'status' && field !== 'requestedAt')
  const made = await putRecord(work, { ...write, edits: [...wished, ...editsOf(standing, work.receivedAt)] })
  work.resend({ collection: 'requests', id: write.documentId })
  return made
}

/** The same creation under another number: its answer was forgotten, or the database was put back. */
function repeated(stored: StoredDocument, write: Write): Result<Decision, Refusal> {
  const said = saidIn(write)
  return said.kind === stored.body.kind && said.subjectId === stored.body.subjectId
    ? ok({ outcome: 'duplicate', rev: stored.rev })
    : err(refusal('already_exists', 'Another request has this id.'))
}

async function change(
  work: WorkingSet,
  write: Write,
  stored: StoredDocument,
): Promise<Result<Decision, Refusal>> {
  const parsed = RefillEdits.safeParse(saidIn(write))
  if (!parsed.success) return err(refusal('not_permitted', 'This part of a request is not for clients.'))
  const { status, answer } = parsed.data
  const wishes = write.edits.filter(({ field }) => isWish(field))
  const follows = changeRefill(
    asRefill(stored),
    { withdraw: status === 'withdrawn', received: status === 'done', answer, wishes: wishes.length > 0 },
    { name: work.actor.name, at: work.receivedAt },
  )
  if (!follows.ok) return follows
  work.resend({ collection: 'requests', id: stored.id })
  const merged =
    wishes.length === 0
      ? ok<Decision>({ outcome: 'merged', rev: stored.rev })
      : await putRecord(work, { ...write, edits: wishes })
  if (!merged.ok) return merged
  const edits = editsOf(follows.value, work.receivedAt)
  // What follows from the rules stands whatever the device had seen.
  return edits.length === 0 ? merged : putRecord(work, { ...write, baseRev: merged.value.rev, edits })
}

const saidIn = ({ edits }: Write): Record<string, Json> =>
  Object.fromEntries(edits.map(({ field, value }) => [field, value]))

const editsOf = (fields: object, at: number) =>
  Object.entries(fields as Record<string, Json>).map(([field, value]) => ({ field, value, at }))
