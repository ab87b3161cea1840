/**
 * Times that a practice offers, and who has them. A slot is taken by the one insert that the database lets through: two at
 * the same moment wait for each other there, and the later one finds the row. SPEC: shared/domains/requests/SPEC.md, Q9.
 */
import type { SqlTransaction } from '../../platform/database.ts'
import type { ListPosition } from '../../platform/list-position.ts'

export interface SlotRow {
  readonly id: string
  readonly startsAt: Date
  readonly endsAt: Date
  readonly kind: string
  readonly place: string
  readonly clinicianAccountId: string
  readonly clinicianName: string
}
export interface NewSlot {
  readonly id: string
  readonly startsAt: number
  readonly endsAt: number
}

/** Free ones of a practice that begin in the given time, the earliest first. */
export const readFreeSlots = (
  tx: SqlTransaction,
  practiceId: string,
  { from, to, after, limit }: { from: number; to: number; after: ListPosition | undefined; limit: number },
): Promise<readonly SlotRow[]> => {
  const at = after ? new Date(after.at) : null
  return tx.$queryRaw<SlotRow[]>`
    SELECT s.id, s.starts_at AS "startsAt", s.ends_at AS "endsAt", s.kind, s.place,
      s.clinician_account_id AS "clinicianAccountId", a.name AS "clinicianName"
    FROM portal.appointment_slot s JOIN portal.portal_account a ON a.id = s.clinician_account_id
    WHERE s.practice_id = ${practiceId}::uuid
      AND s.starts_at >= ${new Date(from)}::timestamptz AND s.starts_at < ${new Date(to)}::timestamptz
      AND NOT EXISTS (SELECT 1 FROM portal.slot_booking b WHERE b.slot_id = s.id)
      AND (${at}::timestamptz IS NULL OR (s.starts_at, s.id) > (${at}::timestamptz, ${after?.id ?? null}::uuid))
    ORDER BY s.starts_at, s.id LIMIT ${limit}`
}

/** Of this practice; free or not. */
export async function readSlot(
  tx: SqlTransaction,
  practiceId: string,
  slotId: string,
): Promise<SlotRow | undefined> {
  const [row] = await tx.$queryRaw<SlotRow[]>`
    SELECT s.id, s.starts_at AS "startsAt", s.ends_at AS "endsAt", s.kind, s.place,
      s.clinician_account_id AS "clinicianAccountId", a.name AS "clinicianName"
    FROM portal.appointment_slot s JOIN portal.portal_account a ON a.id = s.clinician_account_id
    WHERE s.id = ${slotId}::uuid AND s.practice_id = ${practiceId}::uuid`
  return row
}

/** True for the one who has it now. */
export async function takeSlot(
  tx: SqlTransaction,
  booking: { slotId: string; clientId: string; appointmentId: string; bookedBy: string; at: number },
): Promise<boolean> {
  const { slotId, clientId, appointmentId, bookedBy, at } = booking
  const taken = await tx.$queryRaw<{ slotId: string }[]>`
    INSERT INTO portal.slot_booking (client_id, slot_id, appointment_id, booked_by, booked_at)
    VALUES (${clientId}::uuid, ${slotId}::uuid, ${appointmentId}::uuid, ${bookedBy}::uuid, ${new Date(at)}::timestamptz)
    ON CONFLICT DO NOTHING RETURNING slot_id AS "slotId"`
  return taken.length === 1
}

/** The appointment is elsewhere now, or nowhere: the slot it had is free for others. `kept`: the one it has now. */
export async function freeSlotOf(
  tx: SqlTransaction,
  clientId: string,
  appointmentId: string,
  kept: string | null,
): Promise<void> {
  await tx.$queryRaw`
    DELETE FROM portal.slot_booking
    WHERE client_id = ${clientId}::uuid AND appointment_id = ${appointmentId}::uuid
      AND (${kept}::uuid IS NULL OR slot_id <> ${kept}::uuid) RETURNING slot_id`
}

/** Those that the clinician has at these times already stay as they are; gives the ids of the new ones. */
export async function addSlots(
  tx: SqlTransaction,
  slots: readonly NewSlot[],
  common: {
    practiceId: string
    clinicianAccountId: string
    kind: string
    place: string
    createdBy: string
    at: number
  },
): Promise<readonly string[]> {
  const { practiceId, clinicianAccountId, kind, place, createdBy, at } = common
  const rows = await tx.$queryRaw<{ id: string }[]>`
    INSERT INTO portal.appointment_slot
      (id, practice_id, clinician_account_id, starts_at, ends_at, kind, place, created_by, created_at)
    SELECT s.id, ${practiceId}::uuid, ${clinicianAccountId}::uuid, s.starts_at, s.ends_at, ${kind}, ${place},
      ${createdBy}::uuid, ${new Date(at)}::timestamptz
    FROM unnest(${slots.map(({ id }) => id)}::uuid[],
      ${slots.map(({ startsAt }) => new Date(startsAt).toISOString())}::timestamptz[],
      ${slots.map(({ endsAt }) => new Date(endsAt).toISOString())}::timestamptz[]) AS s(id, starts_at, ends_at)
    ON CONFLICT (clinician_account_id, starts_at) DO NOTHING RETURNING id`
  return rows.map(({ id }) => id)
}

/**
 * Takes a free time back. The row is locked first: a booking under way is waited for, and then found.
 */
export async function removeSlot(
  tx: SqlTransaction,
  practiceId: string,
  slotId: string,
): Promise<'removed' | 'taken' | 'unknown'> {
  const locked = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM portal.appointment_slot
    WHERE id = ${slotId}::uuid AND practice_id = ${practiceId}::uuid FOR UPDATE`
  if (locked.length === 0) return 'unknown'
  const removed = await tx.$queryRaw<{ id: string }[]>`
    DELETE FROM portal.appointment_slot s
    WHERE s.id = ${slotId}::uuid AND NOT EXISTS (SELECT 1 FROM portal.slot_booking b WHERE b.slot_id = s.id)
    RETURNING s.id`
  return removed.length === 1 ? 'removed' : 'taken'
}
