/**
 * Who may read or write which document of somebody else's record, who may give such access, and for how long. The
 * server decides by this inside its transactions; devices only by it what to offer. Pure.
 */
import type { JsonObject } from '../../kernel/json.ts'
import { COLLECTION_NAMES, type CollectionName } from '../../protocol/collections.ts'
import { covers, type Granted, type GrantLevel, type GrantScope } from './scopes.ts'

interface Place {
  /** More than one: which of them it is, the document says. */
  readonly scopes: readonly GrantScope[]
  readonly read: GrantLevel
  /** Default: `write`. */
  readonly write?: GrantLevel
}

const PLACES: Readonly<Record<CollectionName, Place>> = {
  appointments: { scopes: ['appointments'], read: 'read' },
  requests: { scopes: ['appointments', 'prescriptions'], read: 'read' },
  messages: { scopes: ['messages'], read: 'read' },
  // How far one has read is no content: whoever reads may say it.
  receipts: { scopes: ['messages'], read: 'read', write: 'read' },
  definitions: { scopes: ['forms'], read: 'read' },
  // What was not handed in yet is between the client and whoever fills it in with them.
  drafts: { scopes: ['forms'], read: 'write' },
  submissions: { scopes: ['forms'], read: 'read' },
  medications: { scopes: ['prescriptions'], read: 'read' },
  documents: { scopes: ['documents'], read: 'read' },
  billing: { scopes: ['billing'], read: 'read' },
  profile: { scopes: ['profile'], read: 'read' },
  notices: {
    scopes: ['appointments', 'messages', 'forms', 'documents', 'billing', 'prescriptions', 'profile'],
    read: 'read',
  },
}

/** The areas that all have to be granted: one, unless the document does not say which of several it belongs to. */
function areasOf(collection: CollectionName, body: JsonObject): readonly GrantScope[] {
  const { scopes } = PLACES[collection]
  if (collection === 'requests' && typeof body.kind === 'string')
    return [body.kind === 'refill' ? 'prescriptions' : 'appointments']
  if (collection === 'notices') {
    const about = COLLECTION_NAMES.find((name) => name === body.collection)
    if (about !== undefined && PLACES[about].scopes.length === 1) return PLACES[about].scopes
  }
  return scopes
}

/** Is there any document of the collection that this grant lets see? */
export const mayReadSome = (granted: Granted, collection: CollectionName): boolean =>
  PLACES[collection].scopes.some((scope) => covers(granted, scope, PLACES[collection].read))

/** Is there any that it lets change? */
export const mayWriteSome = (granted: Granted, collection: CollectionName): boolean =>
  PLACES[collection].scopes.some((scope) => covers(granted, scope, PLACES[collection].write ?? 'write'))

export const mayRead = (granted: Granted, collection: CollectionName, body: JsonObject): boolean =>
  areasOf(collection, body).every((scope) => covers(granted, scope, PLACES[collection].read))

export const mayWrite = (granted: Granted, collection: CollectionName, body: JsonObject): boolean =>
  areasOf(collection, body).every((scope) => covers(granted, scope, PLACES[collection].write ?? 'write'))

/** Of age: may say alone who sees the own record. */
export const ADULT_YEARS = 18

/** The first moment of the day on which somebody comes of age, UTC ms. `YYYY-MM-DD`; February 29 counts as March 1. */
export function comesOfAge(dateOfBirth: string): number {
  const [year = 0, month = 1, day = 1] = dateOfBirth.split('-').map(Number)
  return Date.UTC(year + ADULT_YEARS, month - 1, day)
}

/** A record without a day of birth is nobody's to give away. */
export const isAdult = (dateOfBirth: string | null, now: number): boolean =>
  dateOfBirth !== null && comesOfAge(dateOfBirth) <= now

/**
 * When access that is given now has to end at the latest: what is given for a child ends when the child comes of age,
 * and is the grown-up's to give again. Null: no such day.
 */
export const latestEnd = (dateOfBirth: string | null, now: number): number | null =>
  dateOfBirth === null || isAdult(dateOfBirth, now) ? null : comesOfAge(dateOfBirth)

/** The asked end, no later than the latest. */
export function endOf(asked: number | null, dateOfBirth: string | null, now: number): number | null {
  const latest = latestEnd(dateOfBirth, now)
  if (asked === null || latest === null) return asked ?? latest
  return Math.min(asked, latest)
}
