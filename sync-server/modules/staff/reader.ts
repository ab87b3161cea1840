/** What staff see across clients: only of clients they look after, by what the database says now. */
import type { SqlTransaction, Transaction } from '../../platform/database.ts'
import type { ListPosition } from '../../platform/list-position.ts'

export interface InboxRow {
  readonly client_id: string
  readonly client_name: string
  readonly id: string
  readonly form_key: string
  readonly title: string
  readonly status: string
  readonly flagged: boolean
  readonly received_at: Date
}

/** Position in the inbox: flagged first, then newest first. */
export interface InboxPosition extends ListPosition {
  readonly flagged: boolean
}

/** Submissions to review of the clients assigned to this account. */
export function readInbox(
  tx: Transaction,
  accountId: string,
  limit: number,
  after: InboxPosition | undefined,
): Promise<InboxRow[]> {
  const at = after ? new Date(after.at) : null
  return tx.$queryRaw<InboxRow[]>`
    SELECT s.client_id, c.name AS client_name, s.id, s.form_key, f.title, s.status, s.flagged, s.received_at
    FROM portal.form_submission s
    JOIN portal.clinician_assignment a ON a.client_id = s.client_id AND a.account_id = ${accountId}::uuid
      AND a.ended_at IS NULL
    JOIN portal.client c ON c.client_id = s.client_id
    JOIN portal.form f ON f.practice_id = c.practice_id AND f.key = s.form_key
    WHERE s.status = 'received' AND NOT s.deleted
      AND (${at}::timestamptz IS NULL OR (s.flagged, s.received_at, s.id)
        < (${after?.flagged ?? false}::boolean, ${at}::timestamptz, ${after?.id ?? null}::uuid))
    ORDER BY s.flagged DESC, s.received_at DESC, s.id DESC LIMIT ${limit}`
}

export interface StaffAccount {
  readonly role: string
  readonly practiceId: string
  readonly name: string
}

/** Undefined when the account was closed meanwhile. */
export async function readStaffAccount(
  tx: SqlTransaction,
  accountId: string,
): Promise<StaffAccount | undefined> {
  const [account] = await tx.$queryRaw<StaffAccount[]>`
    SELECT role, practice_id AS "practiceId", name FROM portal.portal_account
    WHERE id = ${accountId}::uuid AND closed_at IS NULL`
  return account
}

export async function readClientName(tx: SqlTransaction, clientId: string): Promise<string | undefined> {
  const [client] = await tx.$queryRaw<{ name: string }[]>`
    SELECT name FROM portal.client WHERE client_id = ${clientId}::uuid`
  return client?.name
}

export interface ClientRow {
  readonly clientId: string
  readonly name: string
}

/** Whoever has more searches them. */
export interface ClientsAsked {
  readonly limit: number
  /** The last one of the page before. */
  readonly after?: string | undefined
}

/** Clients of a clinician; everybody of the practice for the front desk and the admin. */
export function readClients(
  tx: Transaction,
  accountId: string,
  account: StaffAccount,
  { limit, after }: ClientsAsked,
): Promise<ClientRow[]> {
  return tx.client.findMany({
    where: {
      practiceId: account.practiceId,
      shreddedAt: null,
      ...(account.role === 'clinician'
        ? { clinicianAssignments: { some: { accountId, endedAt: null } } }
        : {}),
    },
    select: { clientId: true, name: true },
    orderBy: [{ name: 'asc' }, { clientId: 'asc' }],
    take: limit + 1,
    ...(after !== undefined && { cursor: { clientId: after }, skip: 1 }),
  })
}

/** Submissions of the same form that came before, the newest first. */
export async function readPreviousIds(
  tx: SqlTransaction,
  clientId: string,
  before: { readonly id: string; readonly formKey: string; readonly receivedAt: Date },
  limit: number,
): Promise<readonly string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM portal.form_submission
    WHERE client_id = ${clientId}::uuid AND form_key = ${before.formKey} AND NOT deleted
      AND (received_at, id) < (${before.receivedAt}::timestamptz, ${before.id}::uuid)
    ORDER BY received_at DESC, id DESC LIMIT ${limit}`
  return rows.map(({ id }) => id)
}
