/** REST of appointments for clients: the same services as replication. A client's own record is meant where none is named. */
import { z } from 'zod'
import { APPOINTMENT_STATES, Appointment, VISIT_KINDS } from '../../../shared/domains/appointments/schema.ts'
import { MAX_WINDOWS } from '../../../shared/domains/requests/limits.ts'
import { Request, TimeWindow } from '../../../shared/domains/requests/schema.ts'
import { err, type Result } from '../../../shared/kernel/result.ts'
import type { Refusal } from '../../../shared/protocol/errors.ts'
import { PageQuery, page } from '../../http/paging.ts'
import { createdId, IdempotencyKey, IfMatch, revisionSeen, sendRevision } from '../../http/preconditions.ts'
import { notFound } from '../../http/problem.ts'
import { defineRoute, type Route } from '../../http/route.ts'
import type { Actor } from '../../replication/actor.ts'
import type { Revised } from '../../replication/revised.ts'
import type { AppointmentsService } from './service.ts'

const access = { audience: 'portal', roles: ['client', 'proxy'] } as const
const tag = 'appointments'
const base = '/api/v1/portal/appointments'

/** The year 2100: far beyond any honest clock, well inside what dates can hold. */
export const LAST_MOMENT = 4_102_444_800_000
const OfClient = z.object({
  client: z.uuid().lowercase().optional().meta({ description: 'The record; by default the own one.' }),
})
const ById = z.object({ id: z.uuid().lowercase() })
const moment = z.coerce.number().int().nonnegative().max(LAST_MOMENT)
export const Window = TimeWindow.refine(({ to }) => to <= LAST_MOMENT, 'Too far ahead.')
const windows = z.array(Window).min(1).max(MAX_WINDOWS)
const reason = z.string().max(2_000).optional()
export const Revision = z.object({
  rev: z.number().int().meta({ description: 'Also in `ETag`: for `If-Match`.' }),
})
const AppointmentView = Appointment.extend(Revision.shape)
export const RequestView = Request.extend(Revision.shape)

const recordOf = (actor: Actor, query: z.infer<typeof OfClient>) => query.client ?? actor.ownClientId

type Revising<T> = Promise<Result<Revised<T>, Refusal>>
const withRevision = async <T>(
  response: Parameters<typeof sendRevision>[0],
  answer: Revising<T>,
): Revising<T> => {
  const found = await answer
  if (found.ok) sendRevision(response, found.value.rev)
  return found
}

export const appointmentsRoutes = (service: AppointmentsService): Route[] => [
  defineRoute({
    method: 'get',
    path: base,
    summary: 'Appointments by the time they begin, the earliest first',
    tag,
    access,
    query: OfClient.extend(PageQuery.shape).extend({
      from: moment.optional().meta({ description: 'They begin at this moment (ms) or later.' }),
      to: moment.optional().meta({ description: 'They begin before this moment (ms).' }),
      status: z.enum(APPOINTMENT_STATES).optional(),
    }),
    response: page(AppointmentView),
    refusals: ['not_found'],
    handler: async ({ actor, query }) => {
      const client = recordOf(actor, query)
      return client === undefined ? err(notFound) : service.list(actor, client, query)
    },
  }),
  // Before `:id`, which would match it.
  defineRoute({
    method: 'get',
    path: `${base}/requests`,
    summary: 'What was asked about appointments, newest first',
    tag,
    access,
    query: OfClient.extend(PageQuery.shape),
    response: page(RequestView),
    refusals: ['not_found'],
    handler: async ({ actor, query }) => {
      const client = recordOf(actor, query)
      return client === undefined ? err(notFound) : service.requests(actor, client, query)
    },
  }),
  defineRoute({
    method: 'post',
    path: `${base}/request`,
    summary: 'Ask for a new appointment',
    tag,
    access,
    query: OfClient,
    headers: IdempotencyKey,
    body: z.object({ preferredTimes: windows, visitKind: z.enum(VISIT_KINDS).optional(), reason }),
    response: RequestView,
    status: 201,
    refusals: ['not_found', 'invalid_document', 'already_requested', 'already_exists'],
    handler: async ({ actor, query, headers, body, response }) => {
      const client = recordOf(actor, query)
      if (client === undefined) return err(notFound)
      const asked = { wish: body, id: createdId(headers, actor, client, 'request') }
      return withRevision(response, service.ask(actor, client, asked))
    },
  }),
  defineRoute({
    method: 'put',
    path: `${base}/requests/:id/withdraw`,
    summary: 'Take a request back',
    tag,
    access,
    params: ById,
    query: OfClient,
    headers: IfMatch,
    response: RequestView,
    refusals: ['wrong_state', 'precondition_failed', 'precondition_required'],
    handler: async ({ actor, params, query, headers, response }) => {
      const client = recordOf(actor, query)
      const rev = revisionSeen(headers)
      if (client === undefined) return err(notFound)
      if (!rev.ok) return rev
      const asked = { requestId: params.id, rev: rev.value }
      return withRevision(response, service.withdraw(actor, client, asked))
    },
  }),
  defineRoute({
    method: 'get',
    path: `${base}/:id`,
    summary: 'One appointment; its revision is in `ETag`',
    tag,
    access,
    params: ById,
    query: OfClient,
    response: AppointmentView,
    handler: async ({ actor, params, query, response }) => {
      const client = recordOf(actor, query)
      if (client === undefined) return err(notFound)
      return withRevision(response, service.get(actor, client, params.id))
    },
  }),
  ...(['cancel', 'reschedule'] as const).map((kind) =>
    defineRoute({
      method: 'put',
      path: `${base}/:id/${kind}`,
      summary: kind === 'cancel' ? 'Ask to cancel an appointment' : 'Ask for another time',
      tag,
      access,
      params: ById,
      query: OfClient,
      headers: IfMatch,
      body:
        kind === 'cancel'
          ? z.object({ reason, preferredTimes: z.undefined().optional() })
          : z.object({ reason, preferredTimes: windows }),
      response: RequestView,
      refusals: ['already_requested', 'invalid_document', 'precondition_failed', 'precondition_required'],
      handler: async ({ actor, params, query, headers, body, response }) => {
        const client = recordOf(actor, query)
        const rev = revisionSeen(headers)
        if (client === undefined) return err(notFound)
        if (!rev.ok) return rev
        const asked = { kind, appointmentId: params.id, rev: rev.value, wish: body }
        return withRevision(response, service.askAbout(actor, client, asked))
      },
    }),
  ),
]
