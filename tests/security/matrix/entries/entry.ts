/** What an entry of the matrix is, and what several of them are made of. */
import { randomUUID } from 'node:crypto'
import type { Persona, Reach } from '../cast.ts'

/** Ids that belong to the victim. The matrix puts ids of nobody in their place, one after the other and all at once. */
export interface Ids {
  readonly client: string
  readonly account: string
  readonly device: string
  readonly draft: string
  readonly definition: string
  readonly submission: string
  readonly thread: string
  readonly appointment: string
  readonly request: string
  readonly medication: string
  readonly refill: string
  readonly document: string
  /** Sent by the clinician with a message. */
  readonly attachment: string
  /** Handed in with a form, by somebody else who fills the victim's in. */
  readonly answerFile: string
  /** Paid, and the payment. */
  readonly statement: string
  readonly payment: string
  /** Of somebody who looks after the victim. */
  readonly helper: string
  /** Of somebody who was asked to. */
  readonly invitation: string
  /** What the record system calls the victim, and one of each thing of theirs. */
  readonly external: string
}
export type IdName = keyof Ids
export type Asker = Pick<Persona, 'deviceId'>

export interface Sample {
  /** By the names in the OpenAPI path. */
  readonly params?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

export type Entry =
  /** Takes no token; says what guards it instead. A good request is needed where it has a body. */
  | { readonly open: string; readonly sample?: (ids: Ids, asker: Asker) => Sample }
  /** Needs a token, names no record: it is about the account that asks, or lists what that account looks after. */
  | {
      readonly ownOnly: true
      readonly sample?: (ids: Ids, asker: Asker) => Sample
      readonly status: number
      /** What belongs to the practice and not to the client: its staff see it. */
      readonly ofPractice?: IdName
    }
  /** Names something of one client's. */
  | {
      readonly names: readonly IdName[]
      readonly sample: (ids: Ids, asker: Asker) => Sample
      /** Everybody else gets what they get for an id of nobody. */
      readonly reach: readonly Reach[]
      /** What those who reach it get for the victim's ids. */
      readonly status: number
      /** Only the account itself, whatever its relation to the record. */
      readonly onlyAccount?: true
      /** Spoils the sample for those who come after: the others are asked first. */
      readonly once?: true
    }

/** Of forms. */
export const readers = ['own', 'proxy', 'proxy-read', 'proxy-forms'] as const
export const writers = ['own', 'proxy', 'proxy-forms'] as const
export const otherReaders = ['own', 'proxy', 'proxy-read', 'proxy-others'] as const
export const otherWriters = ['own', 'proxy', 'proxy-others'] as const
/** Of any part of the record: every document is looked at by itself. */
export const holders = ['own', 'proxy', 'proxy-read', 'proxy-forms', 'proxy-others'] as const
export const portal = '/api/v1/portal'
export const staff = '/api/v1/staff'
export const kiosk = '/api/v1/kiosk'
export const CURSOR = '1764331200000_00000000-0000-4000-8000-000000000000'
export const LINK = `00000000-0000-4000-8000-000000000000.${'A'.repeat(43)}`
export const weakPassword = { password: 'x', newPassword: 'x', endOtherSessions: false }
export const terms = { scopes: { forms: 'read' }, until: null }
export const mutation = (ids: Ids) => [1, 2, ids.draft, 1, 1, [['answers/matrix', 'taken over']]]

export const announced = { name: 'Matrix.pdf', bytes: 3, sha256: '0'.repeat(64) }

export const newPasskey = {
  name: 'Matrix',
  answer: {
    id: 'AA',
    rawId: 'AA',
    type: 'public-key',
    response: { clientDataJSON: 'AA', attestationObject: 'AA' },
  },
}
export const passkeyAnswer = {
  id: 'AA',
  rawId: 'AA',
  type: 'public-key',
  response: { clientDataJSON: 'AA', authenticatorData: 'AA', signature: 'AA' },
}
export const device = () => ({ id: randomUUID(), name: 'Matrix' })
