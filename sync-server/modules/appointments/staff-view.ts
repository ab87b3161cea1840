/** What staff ask of appointments and requests, and what they get. */
import type { Appointment } from '../../../shared/domains/appointments/schema.ts'
import type { DecisionInput } from '../../../shared/domains/requests/rules.ts'
import type { Request } from '../../../shared/domains/requests/schema.ts'
import type { Result } from '../../../shared/kernel/result.ts'
import type { Refusal } from '../../../shared/protocol/errors.ts'
import type { PageInput } from '../../replication/across-clients.ts'
import type { Actor } from '../../replication/actor.ts'
import type { Page, Revised } from '../../replication/revised.ts'
import type { Place } from './book.ts'
import type { Clinician } from './staff-reader.ts'

export interface ToDecide {
  readonly clientId: string
  readonly clientName: string
  readonly requestId: string
  readonly kind: Request['kind']
  readonly status: Request['status']
  /** ms */
  readonly requestedAt: number
}
export interface RequestDetail {
  readonly clientId: string
  readonly clientName: string
  readonly request: Revised<Request>
  /** The appointment as it is now. */
  readonly appointment: Revised<Appointment> | null
  readonly timeZone: string
  readonly clinicians: readonly Clinician[]
}
export interface Slot {
  readonly id: string
  readonly startsAt: number
  readonly endsAt: number
  readonly kind: 'in-person' | 'telehealth'
  readonly place: string
  readonly clinicianName: string
}
export interface DayVisit {
  readonly clientId: string
  readonly clientName: string
  readonly appointmentId: string
  readonly status: Appointment['status']
  readonly startsAt: number
}
export interface DayVisits extends Page<DayVisit> {
  /** `YYYY-MM-DD` */
  readonly day: string
  readonly timeZone: string
}
export interface Decision extends DecisionInput {
  readonly clientId: string
  readonly requestId: string
  /** The revision of the request that was seen. */
  readonly rev: number
  /** For an approval that gives a time. */
  readonly place?: Place | undefined
  readonly title?: string | undefined
}
export interface Span extends PageInput {
  readonly from: number
  readonly to: number
}
export interface OfferedSlots {
  readonly clinicianAccountId: string
  readonly kind: 'in-person' | 'telehealth'
  readonly place: string
  readonly times: readonly { readonly startsAt: number; readonly endsAt: number }[]
}
export type Answer<T> = Promise<Result<T, Refusal>>

export interface FreeSlots extends Page<Slot> {
  /** The practice's. */
  readonly timeZone: string
  readonly clinicians: readonly Clinician[]
}

export interface StaffAppointments {
  toDecide(actor: Actor, page: PageInput): Answer<Page<ToDecide>>
  request(actor: Actor, clientId: string, requestId: string): Answer<RequestDetail>
  decide(actor: Actor, decision: Decision): Answer<Revised<Request>>
  book(
    actor: Actor,
    booking: {
      readonly clientId: string
      readonly id: string
      readonly place: Place
      readonly title: string
    },
  ): Answer<Revised<Appointment>>
  /** In the practice's zone; by default today. */
  day(actor: Actor, page: PageInput & { readonly day?: string | undefined }): Answer<DayVisits>
  slots(actor: Actor, span: Span): Answer<FreeSlots>
  offer(actor: Actor, offered: OfferedSlots): Answer<{ readonly added: number }>
  /** Only a free one. */
  takeBack(actor: Actor, slotId: string): Answer<Record<string, never>>
}
