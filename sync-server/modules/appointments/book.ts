/**
 * Writing appointments for the practice: a new one, another time, a cancellation; with the slot they take or give back.
 * A refusal commits its audit row and whatever statements ran before it, so slots are taken and given back last, when
 * nothing can refuse any more.
 */
import type { Appointment } from '../../../shared/domains/appointments/schema.ts'
import type { Json } from '../../../shared/kernel/json.ts'
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import { type Refusal, refusal } from '../../../shared/protocol/errors.ts'
import type { Actor } from '../../replication/actor.ts'
import type { StoredDocument } from '../../replication/collection.ts'
import type { CommitSession } from '../../replication/commit.ts'
import type { StaffMember } from '../../replication/staff-member-store.ts'
import { freeSlotOf, readSlot, takeSlot } from './slot-store.ts'

/** When and where: as staff type it, or a slot that was put up. */
export type Place =
  | { readonly slotId: string }
  | {
      readonly startsAt: number
      readonly endsAt: number
      readonly clinicianName: string
      readonly place: string
      readonly kind: 'in-person' | 'telehealth'
    }

export interface Booking {
  readonly session: Pick<CommitSession, 'apply' | 'work'>
  readonly actor: Actor
  readonly member: StaffMember
}

const NO_VISIT = refusal('not_found', 'There is no such appointment.')
const NO_SLOT = refusal('not_found', 'There is no such time.')
const TAKEN = refusal('slot_taken', 'Somebody else has just got this time. Nothing was changed.')
const OTHER = refusal('already_exists', 'Another appointment was made with this Idempotency-Key.')
const SHORT = refusal('invalid_document', 'It ends before it begins.')

type VisitFields = Pick<Appointment, 'startsAt' | 'endsAt' | 'clinicianName' | 'place'> & {
  readonly kind: 'in-person' | 'telehealth'
}

async function fieldsOf(booking: Booking, place: Place): Promise<Result<VisitFields, Refusal>> {
  if (!('slotId' in place)) return place.endsAt > place.startsAt ? ok(place) : err(SHORT)
  const slot = await readSlot(booking.session.work.scope.tx, booking.member.practiceId, place.slotId)
  if (slot === undefined) return err(NO_SLOT)
  const { startsAt, endsAt, clinicianName, kind } = slot
  return ok({
    startsAt: startsAt.getTime(),
    endsAt: endsAt.getTime(),
    clinicianName,
    place: slot.place,
    kind: kind === 'telehealth' ? 'telehealth' : 'in-person',
  })
}

const visitOf = async ({ session: { work } }: Booking, id: string): Promise<StoredDocument | undefined> => {
  const stored = await work.load('appointments', id)
  return stored?.deleted ? undefined : stored
}

/** What is written, and then the slot: in this order, see above. */
async function settle(
  { session: { apply, work }, actor }: Booking,
  visit: { readonly id: string; readonly rev: number; readonly fields: Partial<Appointment> },
  slotId: string | null,
): Promise<Result<string, Refusal>> {
  const { tx, clientId } = work.scope
  const at = work.receivedAt
  const edits = Object.entries(visit.fields).map(([field, value]) => ({ field, value: value as Json, at }))
  const ref = { collection: 'appointments', documentId: visit.id, baseRev: visit.rev } as const
  const done = await apply({ ...ref, edits, by: 'staff', writer: actor.accountId })
  if (!done.ok) return done
  const booked = { clientId, appointmentId: visit.id, bookedBy: actor.accountId, at }
  if (slotId !== null && !(await takeSlot(tx, { ...booked, slotId }))) return err(TAKEN)
  if (visit.rev > 0) await freeSlotOf(tx, clientId, visit.id, slotId)
  return ok(visit.id)
}

const slotOf = (place: Place): string | null => ('slotId' in place ? place.slotId : null)

/** The same id with the same wish again books nothing more. */
export async function bookVisit(
  booking: Booking,
  { id, place, title }: { readonly id: string; readonly place: Place; readonly title: string },
): Promise<Result<string, Refusal>> {
  const fields = await fieldsOf(booking, place)
  if (!fields.ok) return fields
  const visit = { ...fields.value, title, timeZone: booking.member.timeZone, status: 'booked' } as const
  const made = await visitOf(booking, id)
  if (made !== undefined)
    return Object.entries(visit).every(([field, value]) => made.body[field] === value) ? ok(id) : err(OTHER)
  return settle(booking, { id, rev: 0, fields: visit }, slotOf(place))
}

export async function moveVisit(
  booking: Booking,
  id: string,
  place: Place,
): Promise<Result<string, Refusal>> {
  const stored = await visitOf(booking, id)
  if (stored === undefined) return err(NO_VISIT)
  const fields = await fieldsOf(booking, place)
  if (!fields.ok) return fields
  return settle(
    booking,
    { id, rev: stored.rev, fields: { ...fields.value, status: 'booked' } },
    slotOf(place),
  )
}

export async function cancelVisit(booking: Booking, id: string): Promise<Result<string, Refusal>> {
  const stored = await visitOf(booking, id)
  if (stored === undefined) return err(NO_VISIT)
  return settle(booking, { id, rev: stored.rev, fields: { status: 'cancelled' } }, null)
}
