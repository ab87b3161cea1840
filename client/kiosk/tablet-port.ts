/** What the page of a tablet may ask its worker, and what it is told. The key, the boxes and the network are the worker's. */
import type { FormDefinition } from '../../shared/domains/forms/schema.ts'
import type { TypedAnswers, VisitForm } from '../../shared/domains/kiosk/visit.ts'

/**
 * `other-data`: this browser holds data of somebody's portal, so that it cannot be a tablet. `unknown`: the practice does not know this
 * tablet's key any more. `left`: it was removed, and is empty.
 */
export type TabletState = 'starting' | 'not-enrolled' | 'other-data' | 'ready' | 'unknown' | 'left'

export interface TabletView {
  readonly state: TabletState
  readonly name: string
  readonly practice: string
  readonly phone: string
  readonly idleSeconds: number
  readonly hasPin: boolean
  /** Boxes that have not arrived. */
  readonly unsent: number
  /** Of these, such as the practice’s server did not take. */
  readonly refused: number
  /** Forms among them, by their drafts: random ids that say nothing of anybody. */
  readonly waiting: readonly string[]
  /** ms; null: never in this page. */
  readonly lastContactAt: number | null
  /** No code is taken before staff have given their PIN. */
  readonly locked: boolean
  /** The open visit is to be parked: it was cancelled, or the tablet was removed. */
  readonly endVisit: boolean
}

export interface OpenedVisit {
  readonly visit: string
  readonly language: string
  readonly forms: readonly VisitForm[]
  readonly definitions: readonly FormDefinition[]
}
export type VisitAnswer =
  | { readonly ok: true; readonly opened: OpenedVisit }
  /** `form-missing`: the tablet has not fetched a form of the visit yet; the code stays good. */
  | {
      readonly ok: false
      readonly reason: 'mismatch' | 'replayed' | 'expired' | 'locked' | 'form-missing' | 'storage'
    }
export type EnrolAnswer = 'ok' | 'wrong_code' | 'offline' | 'limited' | 'storage'
export type PinAnswer = { readonly ok: true } | { readonly ok: false; readonly retryAt: number }

export interface TabletCalls {
  enrol(input: { readonly code: string }): Promise<EnrolAnswer>
  openVisit(input: { readonly code: string; readonly birthday: string }): Promise<VisitAnswer>
  /** Resolves once the box is on the disk. */
  keep(input: { readonly draft: string; readonly typed: TypedAnswers }): Promise<void>
  endVisit(input: { readonly how: 'parked' | 'finished' }): Promise<void>
  checkPin(input: { readonly pin: string }): Promise<PinAnswer>
  /** Somebody at the tablet asks for staff, or does not any more. */
  askHelp(input: { readonly asks: boolean }): Promise<void>
  syncNow(input: Record<string, never>): Promise<void>
}

export type ToWorker = {
  readonly id: number
  readonly call: keyof TabletCalls
  readonly input: unknown
}
export type FromWorker =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly id: number; readonly ok: false; readonly message: string }
  | { readonly view: TabletView }
