/**
 * What a tablet and the practice's server tell each other of a visit. Types alone: what came from outside is parsed by the
 * schemas beside this file, on the server.
 */
import type { Answers, AnswerValue } from '../forms/schema.ts'

/** A form of the visit, with what is in it already. */
export interface VisitForm {
  readonly draftId: string
  readonly definitionId: string
  readonly formKey: string
  readonly title: string
  /** Revision of the draft when the visit was armed: what is typed was typed on top of it. */
  readonly rev: number
  /** ms */
  readonly assignedAt: number
  readonly amends?: string
  readonly answers: Answers
}
/** Sealed under code and birthday: on no tablet in the clear before both were given there. */
export interface VisitContent {
  readonly forms: readonly VisitForm[]
}

/** What a tablet holds of an armed visit before somebody opens it. */
export interface VisitPackage {
  readonly visit: string
  /** Finds the package among others once code and birthday were given; says nothing without them. */
  readonly tag: string
  /** ms */
  readonly expiresAt: number
  readonly language: string
  /** Base64url; absent once it expired: only so much stays that a late code can be called late. */
  readonly sealed?: string
}

/** Typed in this visit: everything again each time, so that the newest box of a form is all that has to arrive. */
export interface TypedAnswers {
  readonly rev: number
  /** By answer key; null takes an answer away. `at`: ms. */
  readonly answers: { readonly [key: string]: { readonly value: AnswerValue | null; readonly at: number } }
  readonly submission?: {
    readonly id: string
    readonly definitionId: string
    readonly answers: Answers
    readonly submittedAt: number
  }
}

export const TABLET_STATES = ['ready', 'in-use', 'staff-needed'] as const
export type TabletState = (typeof TABLET_STATES)[number]

export const EVENT_KINDS = [
  'started',
  'parked',
  'finished',
  'mismatch',
  'replayed',
  'expired',
  'pin-wrong',
  'pin-right',
] as const
export type EventKind = (typeof EVENT_KINDS)[number]

/** What happened on a tablet, numbered there from 1 on: told again until it was heard. */
export interface TabletEvent {
  readonly n: number
  readonly kind: EventKind
  readonly at: number
  readonly visit?: string
}

/** What the server says at each contact. */
export interface TabletOrders {
  /** ms since 1970, by the server's clock. */
  readonly now: number
  readonly tablet: { readonly id: string; readonly name: string; readonly salt: string }
  readonly practice: { readonly name: string; readonly phone: string }
  readonly clinicKey: { readonly keyId: string; readonly publicKey: string }
  readonly pin: { readonly salt: string; readonly hash: string } | null
  readonly idleSeconds: number
  readonly packages: readonly VisitPackage[]
  /** Versions of forms that have to be here. */
  readonly definitions: readonly string[]
  /** Events up to this one were heard. */
  readonly heard: number
  /** The visit that is open on the tablet was cancelled. */
  readonly endVisit: boolean
  /** Hand in what is left, then delete everything. */
  readonly leave: boolean
  /** With `leave`: also what the practice’s server does not take. */
  readonly giveUp: boolean
}
