/**
 * What in a change of a record people are told of, and when. Everything that changes a record comes by here: staff,
 * the record system, devices, payments. Pure.
 */
import { addDays, dayAt, isZone, minuteAt, momentAt } from '../../../shared/calendar/clinic-days.ts'
import type { JsonObject } from '../../../shared/kernel/json.ts'
import type { CollectionName } from '../../../shared/protocol/collections.ts'
import type { ChangedRecord } from '../../replication/commit.ts'
import type { Happened } from './events.ts'

export interface Due extends Happened {
  /** ms; undefined: now. */
  readonly dueAt?: number
}
const HOUR = 3_600_000
const DAY = 24 * HOUR
/** What a record system hands over of the past is no news. */
const NEWS_MS = 3 * DAY
/** Whatever became of it since. */
const PAID: ReadonlySet<unknown> = new Set(['succeeded', 'refunded', 'disputed'])
const DECIDED: ReadonlySet<unknown> = new Set(['approved', 'declined', 'more-information'])

const timeOf = (body: JsonObject | undefined, field: string): number | undefined => {
  const value = body?.[field]
  return typeof value === 'number' ? value : undefined
}

/** The same time of the clock on the wall, two days before: 47 or 49 hours where the clock is changed in between. */
export function twoDaysBefore(startsAt: number, timeZone: string): number {
  if (!isZone(timeZone)) return startsAt - 2 * DAY
  return momentAt(addDays(dayAt(startsAt, timeZone), -2), minuteAt(startsAt, timeZone), timeZone)
}

type Event = Pick<Due, 'event' | 'key' | 'standing' | 'dueAt'>
type Notice = (change: {
  readonly id: string
  readonly rev: number
  readonly before: JsonObject | undefined
  readonly body: JsonObject
  readonly clientId: string
  readonly at: number
}) => readonly Event[]

const NOTICES: Partial<Record<CollectionName, Notice>> = {
  messages: ({ id, before, body, at }) =>
    before === undefined && body.author === 'staff' && isNews(body, 'sentAt', at)
      ? [{ event: 'message_new', key: `message:${id}`, standing: null }]
      : [],

  appointments({ id, before, body, clientId, at }) {
    const startsAt = timeOf(body, 'startsAt')
    if (body.status !== 'booked' || startsAt === undefined) return []
    if (before?.status === 'booked' && before.startsAt === startsAt) return []
    const standing = { is: 'appointment', clientId, id, startsAt } as const
    const reminders = [
      ['appointment_in_two_days', twoDaysBefore(startsAt, String(body.timeZone ?? ''))],
      ['appointment_in_two_hours', startsAt - 2 * HOUR],
    ] as const
    return reminders
      .filter(([, dueAt]) => dueAt > at)
      .map(([event, dueAt]) => ({ event, key: `${event}:${id}:${startsAt}`, standing, dueAt }))
  },

  drafts({ id, before, body, clientId, at }) {
    if (body.status !== 'assigned' || body.amends !== undefined) return []
    const dueAt = timeOf(body, 'dueAt')
    const isNew = before === undefined && isNews(body, 'assignedAt', at)
    const assigned = { event: 'form_assigned', key: `form:${id}` } as const
    const standing = { is: 'form', clientId, id, dueAt: null } as const
    const due = { event: 'form_due', key: `form-due:${id}:${dueAt}` } as const
    const isLater = dueAt !== undefined && dueAt - DAY > at && dueAt !== timeOf(before, 'dueAt')
    return [
      ...(isNew ? [{ ...assigned, standing }] : []),
      ...(isLater ? [{ ...due, standing: { ...standing, dueAt }, dueAt: dueAt - DAY }] : []),
    ]
  },

  requests: ({ id, rev, before, body }) =>
    body.kind === 'refill' && DECIDED.has(body.status) && before?.status !== body.status
      ? [{ event: 'refill_decided', key: `refill:${id}:${rev}`, standing: null }]
      : [],

  billing({ id, before, body, at }) {
    if (body.type === 'statement')
      return before === undefined && body.status === 'open' && isNews(body, 'issuedAt', at)
        ? [{ event: 'statement_ready', key: `statement:${id}`, standing: null }]
        : []
    return PAID.has(body.status) && !PAID.has(before?.status) && isNews(body, 'paidAt', at)
      ? [{ event: 'payment_received', key: `payment:${id}`, standing: null }]
      : []
  },
}

const isNews = (body: JsonObject, field: string, at: number): boolean =>
  at - (timeOf(body, field) ?? at) < NEWS_MS

export function noteworthy({ actor, clientId, at, staged }: ChangedRecord): readonly Due[] {
  return staged.flatMap(({ ref, before, after }) => {
    if (after.deleted) return []
    const { id, rev, body } = after
    const events = NOTICES[ref.collection]?.({ id, rev, body, clientId, at, before: before?.body }) ?? []
    return events.map((event) => ({ ...event, clientId, accountId: null, by: actor.accountId }))
  })
}
