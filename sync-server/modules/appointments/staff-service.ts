/**
 * The front desk and clinicians: what waits for a decision, the decision itself with the change of the appointment in one
 * transaction, times that are put up, and who comes when. Who may reach a record is asked of the database in the transaction.
 * SPEC: shared/domains/requests/SPEC.md, Q8 and Q9.
 */
import { randomUUID } from 'node:crypto'
import { dayAt, dayBounds } from '../../../shared/calendar/clinic-days.ts'
import type { Appointment } from '../../../shared/domains/appointments/schema.ts'
import { type AppointmentAction, mayWithAppointments } from '../../../shared/domains/requests/policy.ts'
import type { Request } from '../../../shared/domains/requests/schema.ts'
import type { Clock } from '../../../shared/kernel/clock.ts'
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import { COLLECTIONS } from '../../../shared/protocol/collections.ts'
import { type Refusal, refusal } from '../../../shared/protocol/errors.ts'
import type { Database } from '../../platform/database.ts'
import { createAcrossClients } from '../../replication/across-clients.ts'
import type { Actor } from '../../replication/actor.ts'
import type { Permit } from '../../replication/client-access-store.ts'
import type { CommitSession } from '../../replication/commit.ts'
import type { Replication } from '../../replication/replication.ts'
import { revised } from '../../replication/revised.ts'
import { readClientName, readStaffMember, type StaffMember } from '../../replication/staff-member-store.ts'
import { bookVisit } from './book.ts'
import { decideInRecord } from './decide.ts'
import { addSlots, readFreeSlots, removeSlot, type SlotRow } from './slot-store.ts'
import {
  type DayRow,
  type RequestRow,
  readClinicians,
  readDay,
  readRequestsToDecide,
} from './staff-reader.ts'
import type { DayVisit, FreeSlots, RequestDetail, Slot, StaffAppointments, ToDecide } from './staff-view.ts'

const PERMIT: Permit = ['assigned-clinician', 'front-desk']
const NOT_FOUND = refusal('not_found', 'There is no such request.')

interface Deps {
  readonly database: Database
  readonly replication: Replication
  readonly clock: Clock
}

export function createStaffAppointments({ database, replication, clock }: Deps): StaffAppointments {
  const { run: across, list } = createAcrossClients({ database, clock })
  const asks = (actor: Actor, action: string, needs: AppointmentAction) => ({
    actor,
    action,
    permits: (role: Actor['role']) => mayWithAppointments(role, needs),
  })
  const reach = (actor: Actor, { practiceId, role }: StaffMember) => ({
    practiceId,
    accountId: actor.accountId,
    all: role === 'front-desk',
  })

  const inRecord = <T>(
    actor: Actor,
    clientId: string,
    action: string,
    run: (session: CommitSession, member: StaffMember) => Promise<Result<T, Refusal>>,
  ) =>
    replication.commit<T>({
      actor,
      clientId,
      action,
      permit: PERMIT,
      onDevice: false,
      run: async (session) => {
        const member = await readStaffMember(session.work.scope.tx, actor.accountId)
        return member === undefined ? err(NOT_FOUND) : run(session, member)
      },
    })

  return {
    toDecide: (actor, page) =>
      list<RequestRow, ToDecide>(
        {
          ...asks(actor, 'staff.requests', 'decide'),
          at: ({ requestedAt }) => requestedAt,
          shown: shownRequest,
        },
        page,
        (tx, member, { limit, after }) => readRequestsToDecide(tx, reach(actor, member), limit, after),
      ),

    request: (actor, clientId, requestId) =>
      replication.read<RequestDetail>({
        actor,
        clientId,
        action: 'staff.request',
        permit: PERMIT,
        onDevice: false,
        describe: () => ({ collection: COLLECTIONS.requests.number, documentId: requestId }),
        run: async ({ documents, scope }) => {
          const [stored] = await documents('requests', [requestId])
          if (stored === undefined || stored.body.kind === 'refill') return err(NOT_FOUND)
          const request = revised<Request>(stored)
          const about = request.subjectId ?? request.appointmentId
          const [visit] = about === undefined ? [] : await documents('appointments', [about])
          const member = await readStaffMember(scope.tx, actor.accountId)
          if (member === undefined) return err(NOT_FOUND)
          return ok({
            clientId,
            clientName: await readClientName(scope.tx, clientId),
            request,
            appointment: visit === undefined ? null : revised<Appointment>(visit),
            timeZone: member.timeZone,
            clinicians: await readClinicians(scope.tx, member.practiceId),
          })
        },
      }),

    async decide(actor, decision) {
      const done = await inRecord(
        actor,
        decision.clientId,
        `staff.request-${decision.decision}`,
        (session, member) => decideInRecord({ session, actor, member }, decision),
      )
      return done.ok ? ok(revised<Request>(done.value.value)) : done
    },

    async book(actor, { clientId, id, place, title }) {
      const done = await inRecord(actor, clientId, 'staff.book', async (session, member) => {
        const booked = await bookVisit({ session, actor, member }, { id, place, title })
        const visit = await session.work.load('appointments', id)
        return booked.ok && visit !== undefined ? ok(visit) : booked.ok ? err(NOT_FOUND) : booked
      })
      return done.ok ? ok(revised<Appointment>(done.value.value)) : done
    },

    async day(actor, { day, ...page }) {
      let asked = { day: '', timeZone: '' }
      const found = await list<DayRow, DayVisit>(
        { ...asks(actor, 'staff.day', 'decide'), at: ({ startsAt }) => startsAt, shown: shownVisit },
        page,
        (tx, member, { limit, after }) => {
          const { timeZone } = member
          asked = { day: day ?? dayAt(clock.now(), timeZone), timeZone }
          return readDay(tx, reach(actor, member), { ...dayBounds(asked.day, timeZone), limit, after })
        },
      )
      return found.ok ? ok({ ...found.value, ...asked }) : found
    },

    async slots(actor, { from, to, ...page }) {
      let about: Pick<FreeSlots, 'timeZone' | 'clinicians'> = { timeZone: '', clinicians: [] }
      const found = await list<SlotRow, Slot>(
        { ...asks(actor, 'staff.slots', 'decide'), at: ({ startsAt }) => startsAt, shown: shownSlot },
        page,
        async (tx, { practiceId, timeZone }, { limit, after }) => {
          about = { timeZone, clinicians: await readClinicians(tx, practiceId) }
          return readFreeSlots(tx, practiceId, { from, to, limit, after })
        },
      )
      return found.ok ? ok({ ...found.value, ...about }) : found
    },

    offer: (actor, { clinicianAccountId, kind, place, times }) =>
      across(asks(actor, 'staff.offer-slots', 'book'), async (tx, { practiceId }) => {
        const clinicians = await readClinicians(tx, practiceId)
        if (!clinicians.some(({ id }) => id === clinicianAccountId))
          return err(refusal('not_found', 'There is no such clinician.'))
        if (times.some(({ startsAt, endsAt }) => endsAt <= startsAt))
          return err(refusal('invalid_document', 'A time ends before it begins.'))
        const slots = times.map((time) => ({ id: randomUUID(), ...time }))
        const common = { practiceId, clinicianAccountId, kind, place, createdBy: actor.accountId }
        const added = await addSlots(tx, slots, { ...common, at: clock.now() })
        return ok({ value: { added: added.length }, count: added.length })
      }),

    takeBack: (actor, slotId) =>
      across<Record<string, never>>(
        asks(actor, 'staff.take-back-slot', 'book'),
        async (tx, { practiceId }) => {
          const outcome = await removeSlot(tx, practiceId, slotId)
          if (outcome === 'removed') return ok({ value: {}, count: 1 })
          return err(
            outcome === 'taken'
              ? refusal('slot_taken', 'Somebody has this time: cancel the appointment first.')
              : refusal('not_found', 'There is no such time.'),
          )
        },
      ),
  }
}

const shownRequest = ({ id, kind, status, requestedAt, ...client }: RequestRow): ToDecide => ({
  ...client,
  requestId: id,
  kind: kind as Request['kind'],
  status: status as Request['status'],
  requestedAt: requestedAt.getTime(),
})
const shownVisit = ({ id, status, startsAt, ...client }: DayRow): DayVisit => ({
  ...client,
  appointmentId: id,
  status: status as Appointment['status'],
  startsAt: startsAt.getTime(),
})
const shownSlot = ({ startsAt, endsAt, kind, clinicianAccountId: _, ...slot }: SlotRow): Slot => ({
  ...slot,
  startsAt: startsAt.getTime(),
  endsAt: endsAt.getTime(),
  kind: kind === 'telehealth' ? 'telehealth' : 'in-person',
})
