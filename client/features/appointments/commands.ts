/**
 * What the client asks of the practice: written to the replica at once, with no network, and taken back the same way.
 * Everything here resolves when it is sealed on disk.
 */
import type { Appointment } from '../../../shared/domains/appointments/schema.ts'
import { seenOf } from '../../../shared/domains/requests/rules.ts'
import type { Request, TimeWindow } from '../../../shared/domains/requests/schema.ts'
import type { ReplicaDatabase } from '../../replica/replica-database.ts'

export type Wish = Pick<Request, 'preferredTimes' | 'visitKind' | 'reason'>

interface Ask {
  readonly kind: 'new-appointment' | 'cancel' | 'reschedule'
  /** As it is shown; rejects with `VisitMoved` where this device holds something else by now. */
  readonly visit?: Appointment
  readonly wish: Wish
  readonly now: number
}

/** Leaves out what is not there: a field without a value is no field. */
const given = <T extends object>(fields: T): Partial<T> =>
  Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined && value !== ''),
  ) as Partial<T>

export async function askFor(replica: ReplicaDatabase, { kind, visit, wish, now }: Ask): Promise<string> {
  const id = crypto.randomUUID()
  const request: Request = {
    id,
    kind,
    status: 'requested',
    ...(visit === undefined ? {} : { subjectId: visit.id, seen: seenOf(visit) }),
    ...given(wish),
    requestedAt: now,
    updatedAt: now,
  }
  await replica.requests.insert(request)
  return id
}

async function change(replica: ReplicaDatabase, id: string, fields: Partial<Request>): Promise<void> {
  const found = await replica.requests.findOne(id).exec()
  if (found === null) throw new Error('The request is not on this device.')
  await found.incrementalPatch(fields)
}

export const withdraw = (replica: ReplicaDatabase, id: string): Promise<void> =>
  change(replica, id, { status: 'withdrawn' })

export const takeTime = (replica: ReplicaDatabase, id: string, chosenTime: TimeWindow): Promise<void> =>
  change(replica, id, { chosenTime, status: 'requested' })

/** What was withdrawn, as it was asked: a request of its own, for a withdrawn one is over. */
export async function askOnceMore(
  replica: ReplicaDatabase,
  { kind, preferredTimes, visitKind, reason }: Request,
  visit: Appointment | undefined,
): Promise<void> {
  const wish: Wish = given({ preferredTimes, visitKind, reason })
  await askFor(replica, { kind, ...(visit ? { visit } : {}), wish, now: Date.now() })
}

/** The appointment has changed, and the client has looked at it and wants the same. */
export const askAgain = (replica: ReplicaDatabase, id: string, visit: Appointment): Promise<void> =>
  change(replica, id, { seen: seenOf(visit), status: 'requested' })
