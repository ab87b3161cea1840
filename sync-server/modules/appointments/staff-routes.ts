/** REST of appointments for the front desk and clinicians. */
import { z } from 'zod'
import { APPOINTMENT_STATES, Appointment, VISIT_KINDS } from '../../../shared/domains/appointments/schema.ts'
import { MAX_WINDOWS } from '../../../shared/domains/requests/limits.ts'
import { REQUEST_KINDS, REQUEST_STATES } from '../../../shared/domains/requests/schema.ts'
import { PageQuery, page } from '../../http/paging.ts'
import { createdId, IdempotencyKey, IfMatch, revisionSeen, sendRevision } from '../../http/preconditions.ts'
import { defineRoute, type Route } from '../../http/route.ts'
import { LAST_MOMENT, RequestView, Revision, Window } from './routes.ts'
import type { StaffAppointments } from './staff-view.ts'

const access = { audience: 'staff', roles: ['clinician', 'front-desk'] } as const
const tag = 'staff'
const base = '/api/v1/staff'

const id = z.uuid().lowercase()
const ById = z.object({ id })
const OfClient = z.object({ client: id })
const moment = z.number().int().nonnegative().max(LAST_MOMENT)
const asked = z.coerce.number().int().nonnegative().max(LAST_MOMENT)
const Span = PageQuery.extend({ from: asked, to: asked })
/** Days that the database can hold with room to spare. */
const Day = z.iso.date().refine((day) => day >= '1970-01-01' && day < '2100-01-01', 'Not in this century.')
const kind = z.enum(VISIT_KINDS)
const Place = z.union([
  z.object({ slotId: id }),
  z.object({
    startsAt: moment,
    endsAt: moment,
    clinicianName: z.string().min(1).max(200),
    place: z.string().min(1).max(300),
    kind,
  }),
])
const title = z.string().min(1).max(200)
const AppointmentView = Appointment.extend(Revision.shape)

const ToDecide = z.object({
  clientId: id,
  clientName: z.string(),
  requestId: id,
  kind: z.enum(REQUEST_KINDS),
  status: z.enum(REQUEST_STATES),
  requestedAt: z.number().int(),
})
const RequestDetail = z.object({
  clientId: id,
  clientName: z.string(),
  request: RequestView,
  appointment: AppointmentView.nullable().meta({ description: 'As it is now.' }),
  timeZone: z.string(),
  clinicians: z.array(z.object({ id, name: z.string() })),
})
const Decision = z.object({
  decision: z.enum(['approve', 'decline', 'propose']),
  note: z.string().max(2_000).optional().meta({ description: 'The client reads it; a refusal needs one.' }),
  times: z.array(Window).min(1).max(MAX_WINDOWS).optional().meta({ description: 'What is offered instead.' }),
  place: Place.optional().meta({ description: 'With an approval of a visit: when and where, or a slot.' }),
  title: title.optional(),
})
const Slot = z.object({
  id,
  startsAt: z.number().int(),
  endsAt: z.number().int(),
  kind,
  place: z.string(),
  clinicianName: z.string(),
})
const DayVisit = z.object({
  clientId: id,
  clientName: z.string(),
  appointmentId: id,
  status: z.enum(APPOINTMENT_STATES),
  startsAt: z.number().int(),
})
const Offer = z.object({
  clinicianAccountId: id,
  kind,
  place: z.string().min(1).max(300),
  times: z
    .array(z.object({ startsAt: moment, endsAt: moment }))
    .min(1)
    .max(200),
})

export const staffAppointmentsRoutes = (service: StaffAppointments): Route[] => [
  defineRoute({
    method: 'get',
    path: `${base}/appointment-requests`,
    summary: 'Requests that wait for a decision, the oldest first',
    tag,
    access,
    query: PageQuery,
    response: page(ToDecide),
    handler: ({ actor, query }) => service.toDecide(actor, query),
  }),
  defineRoute({
    method: 'get',
    path: `${base}/appointment-requests/:id`,
    summary: 'One request, with its appointment as it is now',
    tag,
    access,
    params: ById,
    query: OfClient,
    response: RequestDetail,
    handler: async ({ actor, params, query, response }) => {
      const found = await service.request(actor, query.client, params.id)
      if (found.ok) sendRevision(response, found.value.request.rev)
      return found
    },
  }),
  defineRoute({
    method: 'put',
    path: `${base}/appointment-requests/:id/decision`,
    summary: 'Agree, refuse with the reason, or offer other times',
    tag,
    access,
    params: ById,
    query: OfClient,
    headers: IfMatch,
    body: Decision,
    response: RequestView,
    refusals: [
      'wrong_state',
      'invalid_document',
      'slot_taken',
      'precondition_failed',
      'precondition_required',
    ],
    handler: async ({ actor, params, query, headers, body, response }) => {
      const rev = revisionSeen(headers)
      if (!rev.ok) return rev
      const seen = { clientId: query.client, requestId: params.id, rev: rev.value }
      const decided = await service.decide(actor, { ...body, ...seen })
      if (decided.ok) sendRevision(response, decided.value.rev)
      return decided
    },
  }),
  defineRoute({
    method: 'post',
    path: `${base}/clients/:id/appointments`,
    summary: 'Book an appointment, at a free time or in a slot',
    tag,
    access,
    params: ById,
    headers: IdempotencyKey,
    body: z.object({ place: Place, title }),
    response: AppointmentView,
    status: 201,
    refusals: ['invalid_document', 'slot_taken', 'already_exists'],
    handler: ({ actor, params, headers, body }) =>
      service.book(actor, {
        ...body,
        clientId: params.id,
        id: createdId(headers, actor, params.id, 'appointment'),
      }),
  }),
  defineRoute({
    method: 'get',
    path: `${base}/appointments`,
    summary: 'Who comes when on one day of the practice, over all clients within reach',
    tag,
    access,
    query: PageQuery.extend({ day: Day.optional().meta({ description: 'By default today.' }) }),
    response: page(DayVisit).extend({ day: z.string(), timeZone: z.string() }),
    handler: ({ actor, query }) => service.day(actor, query),
  }),
  defineRoute({
    method: 'get',
    path: `${base}/slots`,
    summary: 'Times that are put up and free',
    tag,
    access,
    query: Span,
    response: page(Slot).extend({
      timeZone: z.string().meta({ description: 'Of the practice.' }),
      clinicians: z.array(z.object({ id, name: z.string() })),
    }),
    handler: ({ actor, query }) => service.slots(actor, query),
  }),
  defineRoute({
    method: 'post',
    path: `${base}/slots`,
    summary: 'Put up times of a clinician; those that exist stay',
    tag,
    access,
    body: Offer,
    response: z.object({ added: z.number().int() }),
    status: 201,
    refusals: ['not_found', 'invalid_document'],
    handler: ({ actor, body }) => service.offer(actor, body),
  }),
  defineRoute({
    method: 'delete',
    path: `${base}/slots/:id`,
    summary: 'Take back a time that is free',
    tag,
    access,
    params: ById,
    response: z.object({}),
    refusals: ['not_found', 'slot_taken'],
    handler: ({ actor, params }) => service.takeBack(actor, params.id),
  }),
]
