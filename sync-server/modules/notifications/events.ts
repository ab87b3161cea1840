/** What people are told of. An event says what happened and where; never what it says. */
import { z } from 'zod'
import type { GrantScope } from '../../../shared/domains/grants/scopes.ts'
import type { NoticeKind } from '../../../shared/domains/profile/preferences.ts'

export const EVENTS = [
  'message_new',
  'appointment_in_two_days',
  'appointment_in_two_hours',
  'form_assigned',
  'form_due',
  'refill_decided',
  'statement_ready',
  'payment_received',
  'new_device',
] as const
export type EventName = (typeof EVENTS)[number]

const HOUR = 3_600_000
interface EventSpec {
  /** As it is chosen in the preferences. */
  readonly kind: NoticeKind
  /** Who acts for the client hears of it where they may see this area; null: it is about an account. */
  readonly area: GrantScope | null
  /** ms after which it would only puzzle. */
  readonly goodFor: number
  /** Nobody has to be told of what they did themselves. */
  readonly ownDoing: 'told' | 'known'
}
export const SPECS: Readonly<Record<EventName, EventSpec>> = {
  message_new: { kind: 'message', area: 'messages', goodFor: 24 * HOUR, ownDoing: 'known' },
  appointment_in_two_days: {
    kind: 'appointment',
    area: 'appointments',
    goodFor: 24 * HOUR,
    ownDoing: 'told',
  },
  appointment_in_two_hours: {
    kind: 'appointment',
    area: 'appointments',
    goodFor: 1.5 * HOUR,
    ownDoing: 'told',
  },
  form_assigned: { kind: 'form', area: 'forms', goodFor: 24 * HOUR, ownDoing: 'known' },
  form_due: { kind: 'form', area: 'forms', goodFor: 24 * HOUR, ownDoing: 'told' },
  refill_decided: { kind: 'refill', area: 'prescriptions', goodFor: 24 * HOUR, ownDoing: 'known' },
  statement_ready: { kind: 'billing', area: 'billing', goodFor: 24 * HOUR, ownDoing: 'told' },
  payment_received: { kind: 'billing', area: 'billing', goodFor: 24 * HOUR, ownDoing: 'told' },
  new_device: { kind: 'security', area: null, goodFor: 24 * HOUR, ownDoing: 'told' },
}

const id = z.uuid().lowercase()
/** What still has to be so when somebody is told: an appointment that was moved has other reminders. */
export const Standing = z.union([
  z.object({ is: z.literal('appointment'), clientId: id, id, startsAt: z.number().int() }),
  z.object({ is: z.literal('form'), clientId: id, id, dueAt: z.number().int().nullable() }),
])
export type Standing = z.infer<typeof Standing>

export const Happened = z.object({
  event: z.enum(EVENTS),
  /** The same event has the same key, whoever notices it and how often. */
  key: z.string(),
  clientId: id.nullable(),
  /** Only this account; null: whoever may hear of it. */
  accountId: id.nullable(),
  /** Whose doing it was. */
  by: id.nullable(),
  standing: Standing.nullable(),
})
export type Happened = z.infer<typeof Happened>
