/** Accounts as registration, resets and changes read and write them, inside the caller's transaction. */
import { randomUUID } from 'node:crypto'
import type { Transaction } from '../../platform/database.ts'
import type { Role } from '../../replication/actor.ts'

export interface KnownAccount {
  readonly id: string
  readonly practiceId: string
  readonly role: Role
  readonly name: string
  readonly email: string
  readonly clientId: string | null
  readonly practiceName: string
}
export interface KnownClient {
  readonly clientId: string
  readonly practiceId: string
  readonly name: string
  /** `YYYY-MM-DD` */
  readonly dateOfBirth: string | null
  readonly contactEmail: string | null
  readonly practiceName: string
  readonly accountEmail: string | undefined
}
export interface NewAccount {
  readonly practiceId: string
  readonly role: Role
  readonly name: string
  readonly email: string
  readonly passwordHash: string
  readonly clientId?: string
  readonly emailVerified: boolean
  readonly now: number
}

/** No hash at all: no password opens such an account, only a link that sets one. */
export const NO_PASSWORD = 'none'

const withPractice = { practice: { select: { name: true } } } as const
const clientParts = {
  ...withPractice,
  portalAccounts: { where: { role: 'client', closedAt: null }, select: { email: true } },
} as const

export const createAccountStore = (tx: Transaction) => ({
  /** Those whose record has this tag: one, unless two people share a birthday and four digits. */
  async clientsByTag(tag: string): Promise<KnownClient[]> {
    const rows = await tx.client.findMany({
      where: { OR: [{ ssn4Tag: tag }, { mrnTag: tag }], closedAt: null },
      include: clientParts,
      take: 2,
    })
    return rows.map(clientOf)
  },

  /** Of a closed record nobody opens an account. */
  async client(clientId: string): Promise<KnownClient | undefined> {
    const row = await tx.client.findFirst({ where: { clientId, closedAt: null }, include: clientParts })
    return row === null ? undefined : clientOf(row)
  },

  async practiceOf(clientId: string): Promise<string | undefined> {
    const row = await tx.client.findUnique({ where: { clientId }, select: { practiceId: true } })
    return row?.practiceId
  },

  /** Of two who set up an account for one record at the same moment, the second sees the first's. */
  async lockClient(clientId: string): Promise<void> {
    await tx.$queryRaw`SELECT client_id FROM portal.client WHERE client_id = ${clientId}::uuid FOR UPDATE`
  },

  async byId(id: string): Promise<KnownAccount | undefined> {
    const row = await tx.portalAccount.findFirst({ where: { id, closedAt: null }, include: withPractice })
    return row === null ? undefined : accountOf(row)
  },

  async byEmail(email: string): Promise<KnownAccount | undefined> {
    const row = await tx.portalAccount.findFirst({ where: { email, closedAt: null }, include: withPractice })
    return row === null ? undefined : accountOf(row)
  },

  /** False also for addresses of closed accounts: an address is never handed on. */
  isEmailFree: async (email: string): Promise<boolean> =>
    (await tx.portalAccount.count({ where: { email } })) === 0,

  /** Undefined when the address was taken at the same moment. */
  async create({ emailVerified, now, ...account }: NewAccount): Promise<string | undefined> {
    const id = randomUUID()
    const at = new Date(now)
    const created = await tx.portalAccount.createMany({
      data: [
        {
          ...account,
          id,
          createdAt: at,
          passwordChangedAt: at,
          emailVerifiedAt: emailVerified ? at : null,
        },
      ],
      skipDuplicates: true,
    })
    return created.count === 1 ? id : undefined
  },

  async setPassword(id: string, passwordHash: string, now: number): Promise<void> {
    await tx.portalAccount.update({
      where: { id },
      data: { passwordHash, passwordChangedAt: new Date(now) },
    })
  },

  /** For good: the address is never handed on. */
  async close(id: string, now: number): Promise<void> {
    await tx.portalAccount.updateMany({ where: { id, closedAt: null }, data: { closedAt: new Date(now) } })
  },

  async markEmailVerified(id: string, now: number): Promise<void> {
    await tx.portalAccount.updateMany({
      where: { id, emailVerifiedAt: null },
      data: { emailVerifiedAt: new Date(now) },
    })
  },

  /** False when another account has it. */
  async setEmail(id: string, email: string, now: number): Promise<boolean> {
    const changed = await tx.$executeRaw`
      UPDATE portal.portal_account SET email = ${email}, email_verified_at = ${new Date(now)}::timestamptz
      WHERE id = ${id}::uuid
        AND NOT EXISTS (SELECT 1 FROM portal.portal_account WHERE email = ${email} AND id <> ${id}::uuid)`
    return changed === 1
  },

  /** Ends every session of an account but one; the ids of those that ended. */
  async endSessions(accountId: string, reason: string, now: number, except?: string): Promise<string[]> {
    const where = { accountId, revokedAt: null, ...(except === undefined ? {} : { id: { not: except } }) }
    const open = await tx.session.findMany({ where, select: { id: true } })
    await tx.session.updateMany({ where, data: { revokedAt: new Date(now), revokedReason: reason } })
    await tx.device.updateMany({
      where: { accountId, trustedUntil: { not: null } },
      data: { trustedUntil: null },
    })
    return open.map(({ id }) => id)
  },

  async acceptTerms(
    accountId: string,
    version: string,
    from: { ip: string; userAgent: string },
    now: number,
  ): Promise<void> {
    const { ip, userAgent } = from
    await tx.termsAcceptance.createMany({
      data: [{ accountId, version, acceptedAt: new Date(now), ip, userAgent }],
      skipDuplicates: true,
    })
  },

  acceptedTerms: async (accountId: string, version: string): Promise<boolean> =>
    (await tx.termsAcceptance.count({ where: { accountId, version } })) > 0,
})

interface ClientRow {
  readonly clientId: string
  readonly practiceId: string
  readonly name: string
  readonly dateOfBirth: Date | null
  readonly contactEmail: string | null
  readonly practice: { readonly name: string }
  readonly portalAccounts: readonly { readonly email: string }[]
}
const clientOf = (row: ClientRow): KnownClient => ({
  clientId: row.clientId,
  practiceId: row.practiceId,
  name: row.name,
  dateOfBirth: row.dateOfBirth?.toISOString().slice(0, 10) ?? null,
  contactEmail: row.contactEmail,
  practiceName: row.practice.name,
  accountEmail: row.portalAccounts[0]?.email,
})

interface AccountRow {
  readonly id: string
  readonly practiceId: string
  readonly role: string
  readonly name: string
  readonly email: string
  readonly clientId: string | null
  readonly practice: { readonly name: string }
}
const accountOf = ({ practice, role, id, practiceId, name, email, clientId }: AccountRow): KnownAccount => ({
  id,
  practiceId,
  name,
  email,
  clientId,
  role: role as Role,
  practiceName: practice.name,
})
