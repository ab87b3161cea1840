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
import { NO_CLIENT } from '../../platform/audit-chain.ts'
import { appendAudit } from '../../platform/audit-store.ts'
import type { Database, Transaction } from '../../platform/database.ts'
import { parsePosition, positionText } from '../../platform/list-position.ts'
import type { Actor } from '../../replication/actor.ts'
import type { Permit } from '../../replication/client-access-store.ts'
import type { StoredDocument } from '../../replication/collection.ts'
import { auditOf, type CommitSession } from '../../replication/commit.ts'
import { toClient } from '../../replication/document-store.ts'
import type { Replication } from '../../replication/replication.ts'
import { bookVisit } from './book.ts'
import { decideInRecord } from './decide.ts'
import type { Reminders } from './reminders.ts'
import type { Page, Revised } from './service.ts'
import { addSlots, readFreeSlots, type SlotRow } from './slot-store.ts'
import {
  type DayRow,
  type RequestRow,
  readClientName,
  readClinicians,
  readDay,
  readRequestsToDecide,
  readStaffMember,
  type StaffMember,
} from './staff-reader.ts'
import type {
  Answer,
  DayVisit,
  PageInput,
  RequestDetail,
  Slot,
  StaffAppointments,
  ToDecide,
} from './staff-view.ts'

const PERMIT: Permit = ['assigned-clinician', 'front-desk']
const NOT_FOUND = refusal('not_found', 'There is no such request.')
const NOT_PERMITTED = refusal('not_permitted', 'Your role does not include this.')
const BAD_CURSOR = refusal('invalid_message', 'The cursor is not one that this list gave out.')
const MOST = 200

interface Deps {
  readonly database: Database
  readonly replication: Replication
  readonly clock: Clock
  readonly reminders: Reminders
}

// Stored documents were checked when they were written.
const revised = <T>(document: StoredDocument): Revised<T> =>
  ({ ...toClient(document), rev: document.rev }) as unknown as Revised<T>

export function createStaffAppointments({
  database,
  replication,
  clock,
  reminders,
}: Deps): StaffAppointments {
  /** About several clients: the role as the database has it now, and one audit row for the whole. */
  const across = <T>(
    actor: Actor,
    action: string,
    needs: AppointmentAction,
    run: (tx: Transaction, member: StaffMember) => Promise<Result<{ value: T; count: number }, Refusal>>,
  ): Answer<T> =>
    database.transaction(async (tx) => {
      const member = await readStaffMember(tx, actor.accountId)
      const may = member !== undefined && mayWithAppointments(member.role as Actor['role'], needs)
      const ran = may ? await run(tx, member) : err(NOT_PERMITTED)
      const part = ran.ok
        ? ({ action, outcome: 'allowed', count: ran.value.count } as const)
        : ({ action, outcome: 'denied', reason: ran.error.code } as const)
      await appendAudit(tx, [auditOf(actor, NO_CLIENT, clock.now(), part)])
      return ran.ok ? ok(ran.value.value) : ran
    })

  const list = <Row extends { readonly id: string }, T>(
    actor: Actor,
    what: { readonly action: string; readonly at: (row: Row) => Date; readonly shown: (row: Row) => T },
    { cursor, limit = 50 }: PageInput,
    find: (
      tx: Transaction,
      member: StaffMember,
      page: { readonly limit: number; readonly after: { at: number; id: string } | undefined },
    ) => Promise<readonly Row[]>,
  ): Answer<Page<T>> =>
    across<Page<T>>(actor, what.action, 'decide', async (tx, member) => {
      const after = cursor === undefined ? undefined : parsePosition(cursor)
      if (cursor !== undefined && after === undefined) return err(BAD_CURSOR)
      const size = Math.min(limit, MOST)
      const rows = await find(tx, member, { limit: size + 1, after })
      const shown = rows.slice(0, size)
      const last = shown.at(-1)
      const more = rows.length > size && last !== undefined
      const next = more ? positionText({ at: what.at(last).getTime(), id: last.id }) : null
      return ok({ value: { items: shown.map(what.shown), next }, count: shown.length })
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
        actor,
        { action: 'staff.requests', at: ({ requestedAt }) => requestedAt, shown: shownRequest },
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
        (session, member) => decideInRecord({ session, actor, member, reminders }, decision),
      )
      return done.ok ? ok(revised<Request>(done.value.value)) : done
    },

    async book(actor, { clientId, place, title }) {
      const done = await inRecord(actor, clientId, 'staff.book', async (session, member) => {
        const id = randomUUID()
        const booked = await bookVisit({ session, actor, member, reminders }, { id, place, title })
        const visit = await session.work.load('appointments', id)
        return booked.ok && visit !== undefined ? ok(visit) : booked.ok ? err(NOT_FOUND) : booked
      })
      return done.ok ? ok(revised<Appointment>(done.value.value)) : done
    },

    async day(actor, { day, ...page }) {
      let asked = { day: '', timeZone: '' }
      const found = await list<DayRow, DayVisit>(
        actor,
        { action: 'staff.day', at: ({ startsAt }) => startsAt, shown: shownVisit },
        page,
        (tx, member, { limit, after }) => {
          const { timeZone } = member
          asked = { day: day ?? dayAt(clock.now(), timeZone), timeZone }
          return readDay(tx, reach(actor, member), { ...dayBounds(asked.day, timeZone), limit, after })
        },
      )
      return found.ok ? ok({ ...found.value, ...asked }) : found
    },

    slots: (actor, { from, to, ...page }) =>
      list<SlotRow, Slot>(
        actor,
        { action: 'staff.slots', at: ({ startsAt }) => startsAt, shown: shownSlot },
        page,
        (tx, { practiceId }, { limit, after }) => readFreeSlots(tx, practiceId, { from, to, limit, after }),
      ),

    offer: (actor, { clinicianAccountId, kind, place, times }) =>
      across(actor, 'staff.offer-slots', 'book', async (tx, { practiceId }) => {
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
