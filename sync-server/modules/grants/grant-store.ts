/** Grants and open invitations of a record, inside the caller's transaction, under the lock of the record's head. */
import { randomUUID } from 'node:crypto'
import type { Transaction } from '../../platform/database.ts'

export interface StoredGrant {
  readonly accountId: string
  readonly name: string
  readonly email: string
  readonly scopes: readonly string[]
  readonly generation: number
  readonly grantedAt: Date
  readonly expiresAt: Date | null
}
export interface StoredInvitation {
  readonly id: string
  readonly name: string
  readonly email: string
  readonly scopes: readonly string[]
  readonly expiresAt: Date | null
  readonly goodUntil: Date
}
export interface Terms {
  readonly scopes: readonly string[]
  readonly expiresAt: Date | null
}

export const createGrantStore = (tx: Transaction, now: number) => {
  const at = new Date(now)
  const inForce = { revokedAt: null, OR: [{ expiresAt: null }, { expiresAt: { gt: at } }] }
  const isOpen = { endedAt: null, goodUntil: { gt: at } }
  return {
    /** `YYYY-MM-DD` */
    async client(clientId: string): Promise<{ name: string; dateOfBirth: string | null } | undefined> {
      const row = await tx.client.findUnique({
        where: { clientId },
        select: { name: true, dateOfBirth: true },
      })
      if (row === null) return undefined
      return { name: row.name, dateOfBirth: row.dateOfBirth?.toISOString().slice(0, 10) ?? null }
    },

    async account(id: string) {
      const row = await tx.portalAccount.findFirst({
        where: { id, closedAt: null },
        select: { email: true, role: true, clientId: true, practiceId: true },
      })
      return row ?? undefined
    },
    async practiceOf(clientId: string): Promise<string | undefined> {
      const row = await tx.client.findUnique({ where: { clientId }, select: { practiceId: true } })
      return row?.practiceId
    },

    /** Those in force, the newest first. */
    async grants(clientId: string): Promise<readonly StoredGrant[]> {
      const rows = await tx.accessGrant.findMany({
        where: { clientId, ...inForce },
        include: { portalAccount: { select: { name: true, email: true } } },
        orderBy: { grantedAt: 'desc' },
      })
      return rows.map(({ portalAccount, ...row }) => ({ ...row, ...portalAccount }))
    },
    async invitations(clientId: string): Promise<readonly StoredInvitation[]> {
      return tx.accessInvitation.findMany({
        where: { clientId, ...isOpen },
        orderBy: { createdAt: 'desc' },
      })
    },
    invitedSince: (clientId: string, since: number): Promise<number> =>
      tx.accessInvitation.count({ where: { clientId, createdAt: { gt: new Date(since) } } }),

    /** Records that an account may open besides its own. */
    async records(accountId: string) {
      const rows = await tx.accessGrant.findMany({
        where: { accountId, ...inForce },
        include: { client: { select: { name: true } } },
        orderBy: { grantedAt: 'asc' },
        take: 100,
      })
      return rows.map(({ client, ...row }) => ({ ...row, clientName: client.name }))
    },

    async invite(
      clientId: string,
      invited: Terms & { name: string; email: string; createdBy: string; goodUntil: Date },
    ): Promise<string> {
      const id = randomUUID()
      const scopes = [...invited.scopes]
      await tx.accessInvitation.create({ data: { ...invited, scopes, clientId, id, createdAt: at } })
      return id
    },
    /** False when it is not open any more. */
    async endInvitation(clientId: string, id: string, acceptedBy?: string): Promise<boolean> {
      const { count } = await tx.accessInvitation.updateMany({
        where: { clientId, id, ...isOpen },
        data: { endedAt: at, acceptedBy: acceptedBy ?? null },
      })
      return count > 0
    },
    async invitation(clientId: string, id: string) {
      const row = await tx.accessInvitation.findFirst({ where: { clientId, id, ...isOpen } })
      return row ?? undefined
    },

    /** Gives access, or puts other terms in the place of those there were: every time another generation. */
    async put(clientId: string, accountId: string, { scopes, expiresAt }: Terms, by: string): Promise<void> {
      const where = { clientId_accountId: { clientId, accountId } }
      const before = await tx.accessGrant.findUnique({ where })
      const isInForce =
        before !== null &&
        before.revokedAt === null &&
        (before.expiresAt === null || before.expiresAt.getTime() > now)
      const generation = (before?.generation ?? 0) + 1
      const coversTheSame = isInForce && before.scopes.join() === scopes.join()
      const terms = {
        scopes: [...scopes],
        expiresAt,
        generation,
        coversSince: coversTheSame ? before.coversSince : generation,
        changedAt: at,
        changedBy: by,
        revokedAt: null,
        ...(isInForce ? {} : { grantedAt: at }),
      }
      if (before === null)
        await tx.accessGrant.create({ data: { clientId, accountId, ...terms, grantedAt: at } })
      else await tx.accessGrant.update({ where, data: terms })
    },
    /** The generation it ended with; undefined when there is nothing to end. */
    async revoke(clientId: string, accountId: string, by: string): Promise<number | undefined> {
      const { count } = await tx.accessGrant.updateMany({
        where: { clientId, accountId, ...inForce },
        data: { revokedAt: at, changedAt: at, changedBy: by, generation: { increment: 1 } },
      })
      if (count === 0) return undefined
      const row = await tx.accessGrant.findUnique({ where: { clientId_accountId: { clientId, accountId } } })
      return row?.generation
    },
  }
}
