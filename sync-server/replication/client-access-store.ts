/**
 * What an actor may do with one client's record, asked of the database in the transaction that acts (I5): role, own
 * record, grant, assignment and device as they are now, whatever the token says.
 */
import {
  covers,
  type Granted,
  type GrantLevel,
  type GrantScope,
  grantedOf,
} from '../../shared/domains/grants/scopes.ts'
import type { SqlTransaction } from '../platform/database.ts'
import type { Actor } from './actor.ts'

/** `none` covers unknown clients and foreign ones alike: nobody can tell them apart. */
export type Relation =
  | 'own'
  | 'proxy'
  | 'assigned-clinician'
  | 'front-desk'
  | 'admin'
  | 'ehr'
  | 'kiosk'
  | 'none'

/** What a proxy was given, as it stands. */
export interface Grant {
  readonly granted: Granted
  /** Rises with every change; `coversSince` is the one that last changed what is covered. */
  readonly generation: number
  readonly coversSince: number
  /** ms; null: until it is taken back. */
  readonly until: number | null
}

export interface ClientAccess {
  readonly relation: Relation
  /** Of a proxy, and of nobody else: everybody else with a relation sees the whole record. */
  readonly grant?: Grant
  /** What a proxy was given and has no more, and since when; ms. */
  readonly ended?: { readonly granted: Granted; readonly at: number }
  /** `unregistered` also where the device belongs to another account; `none` where the actor has no device. */
  readonly device: 'active' | 'revoked' | 'unregistered' | 'none'
  readonly clientExists: boolean
  readonly deviceName: string | undefined
}

/** A device may have been away; who was sent away has no longer a say. */
const TAKEN_AFTER_THE_END_MS = 30 * 24 * 3_600_000

/** Is what somebody typed before their access ended still kept for people to read? */
export const isTakenAfter = (ended: { readonly at: number }, now: number): boolean =>
  now - ended.at < TAKEN_AFTER_THE_END_MS

interface AccessRow {
  readonly place: number
  readonly role: string
  readonly own: boolean
  readonly scopes: string | null
  readonly generation: number | null
  readonly covers_since: number | null
  readonly expires_at: Date | null
  readonly revoked_at: Date | null
  readonly assigned: boolean
  readonly practice: boolean
  readonly client_exists: boolean
  readonly device_account: string | null
  readonly device_name: string | null
  readonly device_revoked: Date | null
}

export interface AccessQuestion {
  readonly actor: Actor
  readonly clientId: string
}
const NOTHING: ClientAccess = { relation: 'none', device: 'none', clientExists: false, deviceName: undefined }

export async function readClientAccess(
  tx: SqlTransaction,
  actor: Actor,
  clientId: string,
  now: number,
): Promise<ClientAccess> {
  const [access] = await readAccesses(tx, [{ actor, clientId }], now)
  return access ?? NOTHING
}

/** An answer for each question, in their order; one round trip. */
export async function readAccesses(
  tx: SqlTransaction,
  questions: readonly AccessQuestion[],
  now: number,
): Promise<readonly ClientAccess[]> {
  const rows = await tx.$queryRaw<AccessRow[]>`
    SELECT q.place::integer, a.role,
      a.client_id IS NOT DISTINCT FROM c.client_id AND c.client_id IS NOT NULL AS own,
      array_to_string(g.scopes, ' ') AS scopes, g.generation, g.covers_since, g.expires_at,
      g.revoked_at,
      s.account_id IS NOT NULL AS assigned, c.practice_id IS NOT DISTINCT FROM a.practice_id AS practice,
      c.client_id IS NOT NULL AS client_exists,
      d.account_id AS device_account, d.name AS device_name, d.revoked_at AS device_revoked
    FROM unnest(${questions.map(({ actor }) => actor.accountId)}::uuid[],
      ${questions.map(({ clientId }) => clientId)}::uuid[], ${questions.map(({ actor }) => actor.deviceId)}::uuid[])
      WITH ORDINALITY AS q(account_id, client_id, device_id, place)
    JOIN portal.portal_account a ON a.id = q.account_id AND a.closed_at IS NULL
    LEFT JOIN portal.client c ON c.client_id = q.client_id AND c.shredded_at IS NULL
    LEFT JOIN portal.access_grant g ON g.client_id = c.client_id AND g.account_id = a.id
    LEFT JOIN portal.clinician_assignment s ON s.client_id = c.client_id AND s.account_id = a.id AND s.ended_at IS NULL
    LEFT JOIN portal.device d ON d.id = q.device_id`
  const byPlace = new Map(rows.map((row) => [row.place, row]))
  return questions.map(({ actor }, index): ClientAccess => {
    const row = byPlace.get(index + 1)
    if (row === undefined) return NOTHING
    const endedAt = endOf(row, now)
    const relation = relationOf(row, endedAt === null)
    const ended = relation === 'none' && row.scopes !== null && endedAt !== null
    return {
      relation,
      ...(relation === 'proxy' && { grant: grantOf(row) }),
      ...(ended && { ended: { granted: grantOf(row).granted, at: endedAt } }),
      device: deviceOf(row, actor),
      clientExists: row.client_exists,
      deviceName: row.device_name ?? undefined,
    }
  })
}

/**
 * Of an account that was closed, for the own record: what its devices had not sent is not lost. Once the record is erased
 * they have nothing to hand in any more, only to say that they are empty.
 */
export async function afterClosing(
  tx: SqlTransaction,
  actor: Actor,
  clientId: string,
): Promise<'hands in' | 'erased' | undefined> {
  const [found] = await tx.$queryRaw<{ erased: boolean }[]>`
    SELECT c.shredded_at IS NOT NULL AS erased FROM portal.device d JOIN portal.portal_account a ON a.id = d.account_id
    JOIN portal.client c ON c.client_id = a.client_id
    WHERE d.id = ${actor.deviceId}::uuid AND d.revoked_at IS NOT NULL AND a.id = ${actor.accountId}::uuid
      AND a.role = 'client' AND a.closed_at IS NOT NULL AND c.client_id = ${clientId}::uuid`
  if (found === undefined) return undefined
  return found.erased ? 'erased' : 'hands in'
}

/** When the grant ended, if it has; ms. */
function endOf({ revoked_at, expires_at }: AccessRow, now: number): number | null {
  if (revoked_at !== null) return revoked_at.getTime()
  return expires_at !== null && expires_at.getTime() <= now ? expires_at.getTime() : null
}

function relationOf(row: AccessRow, isInForce: boolean): Relation {
  if (!row.client_exists) return 'none'
  if (row.role === 'client' && row.own) return 'own'
  // A client may also look after somebody else; staff never do, for they have other doors.
  if ((row.role === 'client' || row.role === 'proxy') && row.scopes !== null && isInForce) return 'proxy'
  if (!row.practice) return 'none'
  if (row.role === 'clinician') return row.assigned ? 'assigned-clinician' : 'none'
  // Of a tablet only that it is the practice's: which visit it may act for is asked besides (modules/kiosk).
  if (row.role === 'front-desk' || row.role === 'admin' || row.role === 'ehr' || row.role === 'kiosk')
    return row.role
  return 'none'
}

function deviceOf(row: AccessRow, actor: Actor): ClientAccess['device'] {
  if (actor.deviceId === null) return 'none'
  if (row.device_account !== actor.accountId) return 'unregistered'
  return row.device_revoked === null ? 'active' : 'revoked'
}

const grantOf = ({ scopes, generation, covers_since, expires_at }: AccessRow): Grant => ({
  granted: grantedOf((scopes ?? '').split(' ')),
  generation: generation ?? 0,
  coversSince: covers_since ?? 0,
  until: expires_at?.getTime() ?? null,
})

/** Who may. A proxy only where it is said which area of the record has to be granted. */
export type Permit = readonly Exclude<Relation, 'proxy'>[] | ClientPermit | typeof BY_SERVER
interface ClientPermit {
  readonly needs: { readonly scope: GrantScope; readonly level: GrantLevel } | 'any'
}

/**
 * The server itself finishes what somebody was permitted to begin, in their name: money that was taken is booked, whatever
 * became of their access meanwhile. Never for what a request asks.
 */
export const BY_SERVER = { server: true } as const

/** The client, and proxies who may see, or also act in, this area. */
export const readersOf = (scope: GrantScope): Permit => ({ needs: { scope, level: 'read' } })
export const writersOf = (scope: GrantScope): Permit => ({ needs: { scope, level: 'write' } })
/** Whoever holds a replica of the record, or of a part of it: every document is looked at by itself. */
export const REPLICA_HOLDERS: Permit = { needs: 'any' }

export function isPermitted({ relation, grant }: ClientAccess, permit: Permit): boolean {
  if ('server' in permit) return true
  if (!('needs' in permit)) return permit.some((each) => each === relation)
  if (relation === 'own') return true
  if (relation !== 'proxy' || grant === undefined) return false
  const { needs } = permit
  return needs === 'any' || covers(grant.granted, needs.scope, needs.level)
}

export interface KnownGrant {
  readonly account: string
  readonly client: string
  readonly generation: number
}
/** Those that are not in force any more, or are of another generation by now. */
export async function readChangedGrants(
  tx: Pick<SqlTransaction, '$queryRaw'>,
  known: readonly KnownGrant[],
  now: number,
): Promise<readonly KnownGrant[]> {
  const rows = await tx.$queryRaw<{ place: number }[]>`
    SELECT k.place::integer AS place
    FROM unnest(${known.map(({ account }) => account)}::uuid[], ${known.map(({ client }) => client)}::uuid[],
      ${known.map(({ generation }) => generation)}::integer[])
      WITH ORDINALITY AS k(account_id, client_id, generation, place)
    LEFT JOIN portal.access_grant g ON g.account_id = k.account_id AND g.client_id = k.client_id
      AND g.generation = k.generation AND g.revoked_at IS NULL
      AND (g.expires_at IS NULL OR g.expires_at > ${new Date(now)}::timestamptz)
    WHERE g.client_id IS NULL`
  return rows.flatMap(({ place }) => known[place - 1] ?? [])
}
