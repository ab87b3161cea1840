/** What staff see of accounts: only of their own practice. */
import type { Transaction } from '../../platform/database.ts'
import type { Role } from '../../replication/actor.ts'

export interface ClientAccountRow {
  readonly clientId: string
  readonly name: string
  readonly contactEmail: string | null
  readonly account: { readonly id: string; readonly email: string } | undefined
  readonly invited: boolean
  /** The record is closed: nobody is invited to it. */
  readonly closed: boolean
}
export interface ClientPosition {
  readonly name: string
  readonly clientId: string
}

/** What was typed, as beginnings of words: `O'Br` finds O'Brien. */
export const wordsOf = (search: string): readonly string[] =>
  search.match(/[\p{L}\p{N}]+/gu)?.slice(0, 8) ?? []

/** By name; every word is the beginning of one of the name's. Two statements, for the second one needs its own index. */
export async function findClients(
  tx: Pick<Transaction, '$queryRaw'>,
  practiceId: string,
  page: { words: readonly string[]; limit: number; after: ClientPosition | undefined },
): Promise<readonly string[]> {
  const { words, limit, after } = page
  const [name, id] = [after?.name ?? '', after?.clientId ?? '00000000-0000-0000-0000-000000000000']
  const sought = words.map((word) => `'${word}':*`).join(' & ')
  const rows =
    words.length === 0
      ? await tx.$queryRaw<{ id: string }[]>`
          SELECT client_id AS id FROM portal.client
          WHERE practice_id = ${practiceId}::uuid AND shredded_at IS NULL AND (name, client_id) > (${name}, ${id}::uuid)
          ORDER BY name, client_id LIMIT ${limit}`
      : await tx.$queryRaw<{ id: string }[]>`
          SELECT client_id AS id FROM portal.client
          WHERE practice_id = ${practiceId}::uuid AND shredded_at IS NULL AND (name, client_id) > (${name}, ${id}::uuid)
            AND to_tsvector('simple'::regconfig, regexp_replace(name, '[^[:alnum:]]+', ' ', 'g')) @@ to_tsquery('simple', ${sought})
          ORDER BY name, client_id LIMIT ${limit}`
  return rows.map((row) => row.id)
}

export const createStaffAccountsStore = (tx: Transaction) => ({
  /** The role as the database has it now; undefined for closed accounts. */
  async staff(accountId: string) {
    const row = await tx.portalAccount.findFirst({ where: { id: accountId, closedAt: null } })
    return row === null ? undefined : { role: row.role as Role, practiceId: row.practiceId }
  },

  /** Closing accounts of one practice happens one after the other. */
  async lockTeam(practiceId: string): Promise<void> {
    await tx.$queryRaw`SELECT id FROM portal.practice WHERE id = ${practiceId}::uuid FOR UPDATE`
  },

  async clients(
    practiceId: string,
    options: { search: string; limit: number; after: ClientPosition | undefined; now: number },
  ): Promise<ClientAccountRow[]> {
    const { search, limit, after, now } = options
    const ids = await findClients(tx, practiceId, { words: wordsOf(search), limit, after })
    const rows = await tx.client.findMany({
      where: { clientId: { in: [...ids] } },
      orderBy: [{ name: 'asc' }, { clientId: 'asc' }],
      select: {
        clientId: true,
        name: true,
        contactEmail: true,
        closedAt: true,
        portalAccounts: { where: { role: 'client', closedAt: null }, select: { id: true, email: true } },
        oneTimeCodes: {
          where: { purpose: 'invite', usedAt: null, expiresAt: { gt: new Date(now) } },
          select: { id: true },
          take: 1,
        },
      },
    })
    return rows.map(({ portalAccounts, oneTimeCodes, closedAt, ...client }) => ({
      ...client,
      closed: closedAt !== null,
      account: portalAccounts[0],
      invited: oneTimeCodes.length > 0,
    }))
  },

  /** Keys among these that are locked, and until when. */
  async locked(keys: readonly string[], now: number): Promise<ReadonlyMap<string, number>> {
    const rows = await tx.loginThrottle.findMany({
      where: { key: { in: [...keys] }, lockedUntil: { gt: new Date(now) } },
    })
    return new Map(rows.map(({ key, lockedUntil }) => [key, lockedUntil?.getTime() ?? 0]))
  },

  team: (practiceId: string) =>
    tx.portalAccount.findMany({
      where: { practiceId, closedAt: null, role: { in: ['clinician', 'front-desk', 'admin'] } },
      orderBy: [{ name: 'asc' }, { id: 'asc' }],
      take: 500,
      select: { id: true, name: true, email: true, role: true, passwordHash: true },
    }),
})
