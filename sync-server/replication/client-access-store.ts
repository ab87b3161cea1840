/**
 * What an actor may do with one client's record, asked of the database in the transaction that acts (I5): role, own
 * record, grant, assignment and device as they are now, whatever the token says.
 */
import type { SqlTransaction } from '../platform/database.ts'
import type { Actor } from './actor.ts'

/** `none` covers unknown clients and foreign ones alike: nobody can tell them apart. */
export type Relation = 'own' | 'proxy' | 'proxy-read' | 'assigned-clinician' | 'front-desk' | 'admin' | 'none'

export interface ClientAccess {
  readonly relation: Relation
  /** `unregistered` also where the device belongs to another account; `none` where the actor has no device. */
  readonly device: 'active' | 'revoked' | 'unregistered' | 'none'
  readonly clientExists: boolean
  readonly deviceName: string | undefined
}

interface AccessRow {
  readonly place: number
  readonly role: string
  readonly own: boolean
  readonly scope: string | null
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
  const at = new Date(now)
  const rows = await tx.$queryRaw<AccessRow[]>`
    SELECT q.place::integer, a.role,
      a.client_id IS NOT DISTINCT FROM c.client_id AND c.client_id IS NOT NULL AS own, g.scope,
      s.account_id IS NOT NULL AS assigned, c.practice_id IS NOT DISTINCT FROM a.practice_id AS practice,
      c.client_id IS NOT NULL AS client_exists,
      d.account_id AS device_account, d.name AS device_name, d.revoked_at AS device_revoked
    FROM unnest(${questions.map(({ actor }) => actor.accountId)}::uuid[],
      ${questions.map(({ clientId }) => clientId)}::uuid[], ${questions.map(({ actor }) => actor.deviceId)}::uuid[])
      WITH ORDINALITY AS q(account_id, client_id, device_id, place)
    JOIN portal.portal_account a ON a.id = q.account_id AND a.closed_at IS NULL
    LEFT JOIN portal.client c ON c.client_id = q.client_id AND c.shredded_at IS NULL
    LEFT JOIN portal.access_grant g ON g.client_id = c.client_id AND g.account_id = a.id
      AND g.revoked_at IS NULL AND (g.expires_at IS NULL OR g.expires_at > ${at}::timestamptz)
    LEFT JOIN portal.clinician_assignment s ON s.client_id = c.client_id AND s.account_id = a.id AND s.ended_at IS NULL
    LEFT JOIN portal.device d ON d.id = q.device_id`
  const byPlace = new Map(rows.map((row) => [row.place, row]))
  return questions.map(({ actor }, index): ClientAccess => {
    const row = byPlace.get(index + 1)
    if (row === undefined) return NOTHING
    return {
      relation: relationOf(row),
      device: deviceOf(row, actor),
      clientExists: row.client_exists,
      deviceName: row.device_name ?? undefined,
    }
  })
}

/** A device of an account that was closed, for the own record, until that is erased: what it had not sent is not lost. */
export async function handsInAfterClosing(
  tx: SqlTransaction,
  actor: Actor,
  clientId: string,
): Promise<boolean> {
  const [found] = await tx.$queryRaw<{ found: boolean }[]>`
    SELECT true AS found FROM portal.device d JOIN portal.portal_account a ON a.id = d.account_id
    JOIN portal.client c ON c.client_id = a.client_id AND c.shredded_at IS NULL
    WHERE d.id = ${actor.deviceId}::uuid AND d.revoked_at IS NOT NULL AND a.id = ${actor.accountId}::uuid
      AND a.role = 'client' AND a.closed_at IS NOT NULL AND c.client_id = ${clientId}::uuid`
  return found !== undefined
}

function relationOf(row: AccessRow): Relation {
  if (!row.client_exists) return 'none'
  if (row.role === 'client' && row.own) return 'own'
  if (row.role === 'proxy' && row.scope !== null) return row.scope === 'full' ? 'proxy' : 'proxy-read'
  if (!row.practice) return 'none'
  if (row.role === 'clinician') return row.assigned ? 'assigned-clinician' : 'none'
  if (row.role === 'front-desk' || row.role === 'admin') return row.role
  return 'none'
}

function deviceOf(row: AccessRow, actor: Actor): ClientAccess['device'] {
  if (actor.deviceId === null) return 'none'
  if (row.device_account !== actor.accountId) return 'unregistered'
  return row.device_revoked === null ? 'active' : 'revoked'
}

/** Relations that hold a replica of the record, and those among them that may write to it. */
export const REPLICA_READERS: readonly Relation[] = ['own', 'proxy', 'proxy-read']
export const REPLICA_WRITERS: readonly Relation[] = ['own', 'proxy']
