/**
 * What becomes of a request for an appointment: which ones can be made, what the client may change, and when somebody
 * has to look at it because the appointment is not what the client saw. Pure. SPEC: shared/domains/requests/SPEC.md.
 */
import { err, ok, type Result } from '../../kernel/result.ts'
import { type Refusal, refusal } from '../../protocol/errors.ts'
import type { Appointment } from '../appointments/schema.ts'
import type { NewRequest, Request, RequestState, SeenVisit, TimeWindow } from './schema.ts'

/** More than this at once helps nobody, and would bury what others ask. */
export const MAX_OPEN = 10

const OPEN: readonly RequestState[] = ['requested', 'proposed', 'needs-review']
export const isOpen = ({ status }: Pick<Request, 'status'>): boolean => OPEN.includes(status)

/** The appointment as the server has it. */
export interface Subject {
  readonly rev: number
  readonly visit: Appointment
}

const SHOWN = ['startsAt', 'endsAt', 'title', 'clinicianName', 'place', 'status'] as const

/** Was what the client saw something else than what is so now? Only what is shown and matters counts. */
export function seenOtherwise(
  { subjectRev, seen }: Pick<Request, 'subjectRev' | 'seen'>,
  { rev, visit }: Subject,
): boolean {
  if (subjectRev === rev) return false
  return seen === undefined || showsOtherwise(seen, visit)
}

export const showsOtherwise = (seen: SeenVisit, visit: SeenVisit): boolean =>
  SHOWN.some((field) => seen[field] !== visit[field])

export const seenOf = (visit: Appointment): SeenVisit => {
  const { startsAt, endsAt, timeZone, title, clinicianName, place, status } = visit
  return { startsAt, endsAt, timeZone, title, clinicianName, place, status }
}

/** Can a client ask for a change of it? What is over or called off cannot be moved. */
export const canBeChanged = ({ status, startsAt }: Pick<Appointment, 'status' | 'startsAt'>, now: number) =>
  status === 'booked' && startsAt > now

const sameWindows = (a: readonly TimeWindow[] = [], b: readonly TimeWindow[] = []) =>
  a.length === b.length && a.every((each, index) => each.from === b[index]?.from && each.to === b[index]?.to)

/** The open request that asks for the same already, if there is one. */
export const duplicateOf = (
  asked: Pick<NewRequest, 'id' | 'kind' | 'subjectId' | 'preferredTimes'>,
  others: readonly Request[],
): Request | undefined =>
  others.find(
    (other) =>
      other.id !== asked.id &&
      isOpen(other) &&
      (asked.subjectId === undefined
        ? other.kind === asked.kind && sameWindows(other.preferredTimes, asked.preferredTimes)
        : other.subjectId === asked.subjectId),
  )

interface Asked {
  readonly asked: NewRequest
  /** Of this client, the appointment it names; undefined when it names none or there is none. */
  readonly subject: Subject | undefined
  /** The client's other requests that are open. */
  readonly open: readonly Request[]
}
export type Standing = Pick<Request, 'status' | 'reviewReason'>

/** The state in which a new request is taken, or why it is not. */
export function takeRequest({ asked, subject, open }: Asked): Result<Standing, Refusal> {
  const isNew = asked.kind === 'new-appointment'
  if (isNew !== (asked.subjectId === undefined))
    return err(refusal('invalid_document', 'A change names its appointment, and a new one names none.'))
  if ((asked.kind === 'cancel') !== (asked.preferredTimes === undefined))
    return err(refusal('invalid_document', 'Times are wished for a visit that is to take place.'))
  if (!isNew && subject === undefined) return err(refusal('not_found', 'There is no such appointment.'))
  if (asked.status === 'withdrawn') return ok({ status: 'withdrawn' })
  const duplicate = duplicateOf(asked, open)
  if (duplicate !== undefined)
    return err(refusal('already_requested', 'There is an open request for this already.', duplicate.id))
  if (open.length >= MAX_OPEN)
    return err(
      refusal('already_requested', 'There are too many open requests: the practice answers those first.'),
    )
  return ok(standingOf(asked, subject))
}

function standingOf(asked: Pick<Request, 'subjectRev' | 'seen'>, subject: Subject | undefined): Standing {
  return subject !== undefined && seenOtherwise(asked, subject)
    ? { status: 'needs-review', reviewReason: 'seen-otherwise' }
    : { status: 'requested' }
}

/** The parts of a client's change that are the request's own text; what they may be, the schema says. */
export const WISHES = ['reason', 'preferredTimes', 'visitKind'] as const

export interface Change {
  readonly withdraw: boolean
  readonly chosenTime: TimeWindow | undefined
  /** Looked at again: what the client sees now. */
  readonly seenAgain: Pick<Request, 'subjectRev' | 'seen'> | undefined
  readonly wishes: boolean
}
type Fields = Partial<Request> & { readonly [cleared in keyof Request]?: Request[cleared] | null }

/** The fields that follow from a client's change of a request that the server has; none where nothing follows. */
export function changeRequest(
  current: Request,
  change: Change,
  subject: Subject | undefined,
): Result<{ readonly [field in keyof Request]?: Request[field] | null }, Refusal> {
  const isLate = current.reviewReason === 'withdrawn-late'
  if (change.withdraw) {
    if (isLate) return ok({})
    if (isOpen(current)) return ok({ status: 'withdrawn', reviewReason: null })
    // Both happened: the client called it off, and the practice did what was asked.
    if (current.status === 'approved') return ok({ status: 'needs-review', reviewReason: 'withdrawn-late' })
    return ok({})
  }
  if (!isOpen(current) || isLate) return err(refusal('wrong_state', 'The practice has decided this already.'))
  const fields: Fields = {}
  const { chosenTime, seenAgain } = change
  if (chosenTime !== undefined) {
    const offered = current.proposedTimes ?? []
    if (current.status !== 'proposed' || !offered.some((each) => sameWindows([each], [chosenTime])))
      return err(refusal('wrong_state', 'This time is not offered any more.'))
    return ok({ ...fields, status: 'requested', chosenTime })
  }
  if (seenAgain !== undefined && subject !== undefined) {
    const standing = standingOf(seenAgain, subject)
    return ok({ ...seenAgain, reviewReason: null, ...standing })
  }
  // Other wishes than those that were answered: the offer is off the table, and staff look again.
  if (change.wishes && current.status === 'proposed') return ok({ status: 'requested' })
  return ok({})
}

/** The appointment has become something else: does an open request for it have to be looked at again? */
export function standingAfterChange(current: Request, subject: Subject): Standing | undefined {
  if (!isOpen(current) || current.status === 'needs-review') return undefined
  return seenOtherwise({ seen: current.seen, subjectRev: undefined }, subject)
    ? { status: 'needs-review', reviewReason: 'changed-since' }
    : undefined
}

export interface DecisionInput {
  readonly decision: 'approve' | 'decline' | 'propose'
  readonly note?: string | undefined
  readonly times?: readonly TimeWindow[] | undefined
}

/** What staff decide: of an open request, a refusal with its reason, an offer with its times. */
export function decideRequest(
  current: Request,
  { decision, note, times }: DecisionInput,
  by: { readonly name: string; readonly at: number },
): Result<{ readonly [field in keyof Request]?: Request[field] | null }, Refusal> {
  if (!isOpen(current)) return err(refusal('wrong_state', 'This request was decided or withdrawn already.'))
  const told = {
    decidedAt: by.at,
    decidedByName: by.name,
    decisionNote: note?.trim() || null,
    reviewReason: null,
  }
  if (decision === 'approve') return ok({ ...told, status: 'approved', proposedTimes: null })
  if (decision === 'decline')
    return told.decisionNote === null
      ? err(refusal('invalid_document', 'Say why: the client reads it.'))
      : ok({ ...told, status: 'declined', proposedTimes: null })
  if (current.kind === 'cancel' || times === undefined || times.length === 0)
    return err(
      refusal(
        'invalid_document',
        'An offer has at least one time, and is for a visit that is to take place.',
      ),
    )
  return ok({ ...told, status: 'proposed', proposedTimes: [...times], chosenTime: null })
}
