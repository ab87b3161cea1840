/** Reads accounts, devices and sessions. */
import type { StoredOwner, StoredSession } from '../../http/authenticate.ts'
import type { Database, Transaction } from '../../platform/database.ts'
import { together } from '../../platform/together.ts'
import type { Role } from '../../replication/actor.ts'

export interface StoredAccount {
  readonly id: string
  readonly practiceId: string
  readonly role: Role
  readonly name: string
  readonly email: string
  readonly clientId: string | null
  readonly passwordHash: string
  /** ms */
  readonly passwordChangedAt: number | null
  readonly closed: boolean
}
export interface StoredDevice {
  readonly id: string
  readonly accountId: string
  readonly name: string
  readonly createdAt: number
  readonly lastSeenAt: number | null
  readonly lastIp: string | null
  readonly revokedAt: number | null
  readonly wipedAt: number | null
}
export interface ListedDevice extends StoredDevice {
  readonly signedIn: boolean
}
type Source = Database['prisma'] | Transaction
/** Why a session ended whose person was asked once more: another one took its place. */
export const RENEWED = 'renewed'

export const createAuthReader = (source: Source) => ({
  async accountByEmail(email: string): Promise<StoredAccount | undefined> {
    const row = await source.portalAccount.findUnique({ where: { email } })
    return row === null ? undefined : accountOf(row)
  },

  async accountById(id: string): Promise<StoredAccount | undefined> {
    const row = await source.portalAccount.findUnique({ where: { id } })
    return row === null ? undefined : accountOf(row)
  },

  async lockedUntil(key: string): Promise<number | undefined> {
    const row = await source.loginThrottle.findUnique({ where: { key } })
    return row?.lockedUntil?.getTime()
  },

  async device(id: string): Promise<StoredDevice | undefined> {
    const row = await source.device.findUnique({ where: { id } })
    return row === null ? undefined : deviceOf(row)
  },

  async hasOtherDevice(accountId: string, deviceId: string): Promise<boolean> {
    const row = await source.device.findFirst({
      where: { accountId, id: { not: deviceId } },
      select: { id: true },
    })
    return row !== null
  },

  /** Those that were revoked before `revokedSince` are left out. */
  async devicesOf(
    accountId: string,
    { revokedSince, activeSince, now }: { revokedSince: number; activeSince: number; now: number },
  ): Promise<ListedDevice[]> {
    const live = {
      revokedAt: null,
      expiresAt: { gt: new Date(now) },
      lastActiveAt: { gt: new Date(activeSince) },
    }
    const rows = await source.device.findMany({
      where: { accountId, OR: [{ revokedAt: null }, { revokedAt: { gt: new Date(revokedSince) } }] },
      include: { sessions: { where: live, select: { id: true }, take: 1 } },
      orderBy: [{ lastSeenAt: { sort: 'desc', nulls: 'last' } }, { id: 'asc' }],
      take: 200,
    })
    return rows.map((row) => ({
      ...deviceOf(row),
      signedIn: row.sessions.length > 0 && row.revokedAt === null,
    }))
  },

  /** The account of the client in person. */
  async accountOfClient(clientId: string): Promise<string | undefined> {
    const row = await source.portalAccount.findFirst({
      where: { clientId, role: 'client', closedAt: null },
      select: { id: true },
    })
    return row?.id
  },

  async owner(deviceId: string): Promise<StoredOwner | undefined> {
    const row = await source.device.findUnique({ where: { id: deviceId }, include: { portalAccount: true } })
    if (row === null) return undefined
    const { portalAccount: account } = row
    return {
      accountId: account.id,
      deviceId: row.id,
      role: account.role as Role,
      practiceId: account.practiceId,
      clientId: account.clientId,
      name: account.name,
      deviceRevoked: row.revokedAt !== null,
      deviceWiped: row.wipedAt !== null,
      accountClosed: account.closedAt !== null,
    }
  },

  /** The session that a confirmation made of this one, for as long as nothing of it was used. */
  async unusedRenewal(sessionId: string): Promise<string | undefined> {
    const before = await source.session.findUnique({ where: { id: sessionId } })
    if (before?.revokedReason !== RENEWED || before.revokedAt === null) return undefined
    const { deviceId, revokedAt: createdAt } = before
    const row = await source.session.findFirst({
      where: { deviceId, createdAt, generation: 1, revokedAt: null },
      select: { id: true },
    })
    return row?.id
  },

  async session(sessionId: string): Promise<RefreshedSession | undefined> {
    const row = await source.session.findUnique({
      where: { id: sessionId },
      include: { portalAccount: true, device: true },
    })
    if (row === null) return undefined
    const { portalAccount: account, device } = row
    return {
      sessionId: row.id,
      accountId: row.accountId,
      deviceId: row.deviceId,
      role: account.role as Role,
      practiceId: account.practiceId,
      clientId: account.clientId,
      name: account.name,
      email: account.email,
      expiresAt: row.expiresAt.getTime(),
      keyPoint: row.deviceKey,
      lastActiveAt: row.lastActiveAt.getTime(),
      confirmedAt: row.confirmedAt.getTime(),
      factorAt: row.factorAt?.getTime() ?? null,
      enrolling: row.enrolling,
      revoked: row.revokedAt !== null,
      deviceRevoked: device.revokedAt !== null,
      accountClosed: account.closedAt !== null,
      generation: row.generation,
      refreshHash: row.refreshHash,
    }
  },
})

/** Is it that session, or the one that a confirmation made of it? */
export async function isSameSignIn(source: Source, sessionId: string, before: string): Promise<boolean> {
  if (sessionId === before) return true
  const [session, ended] = await Promise.all(
    [sessionId, before].map((id) => source.session.findUnique({ where: { id } })),
  )
  return (
    ended?.revokedReason === RENEWED &&
    ended.deviceId === session?.deviceId &&
    ended.revokedAt?.getTime() === session.createdAt.getTime()
  )
}

/** Those of the sessions that ended before their time. */
export async function endedAmong(source: Source, sessions: readonly string[]) {
  const rows = await source.session.findMany({
    where: {
      id: { in: [...sessions] },
      OR: [
        { revokedAt: { not: null } },
        { device: { revokedAt: { not: null } } },
        { portalAccount: { closedAt: { not: null } } },
      ],
    },
    select: ENDED,
  })
  return rows.map(endedOf)
}

/** All that were ended since then: few, however many sessions there are. */
export async function endedSince(source: Source, since: number) {
  const rows = await source.session.findMany({ where: { revokedAt: { gt: new Date(since) } }, select: ENDED })
  return rows.map(endedOf)
}

const ENDED = { id: true, deviceId: true, device: { select: { revokedAt: true } } } as const
const endedOf = (row: { id: string; deviceId: string; device: { revokedAt: Date | null } }) => ({
  session: row.id,
  device: row.deviceId,
  deviceRevoked: row.device.revokedAt !== null,
})

/** Sessions with account and device, for the check of every request: asked for many at a time. */
export const createSessionLookup = ({ ask }: Pick<Database, 'ask'>) =>
  together(async (ids): Promise<ReadonlyMap<string, StoredSession>> => {
    const rows = await ask<(StoredSession & { readonly expires: Date })[]>`
      SELECT s.id AS "sessionId", s.account_id AS "accountId", s.device_id AS "deviceId", a.role,
        a.practice_id AS "practiceId", a.client_id AS "clientId", a.name, a.email, s.expires_at AS expires,
        s.device_key AS "keyPoint", s.enrolling,
        s.revoked_at IS NOT NULL AS revoked, d.revoked_at IS NOT NULL AS "deviceRevoked",
        a.closed_at IS NOT NULL AS "accountClosed"
      FROM unnest(${ids}::uuid[]) AS w(id)
      JOIN portal.session s ON s.id = w.id
      JOIN portal.portal_account a ON a.id = s.account_id JOIN portal.device d ON d.id = s.device_id`
    return new Map(
      rows.map(({ expires, ...row }) => [row.sessionId, { ...row, expiresAt: expires.getTime() }]),
    )
  })

/** A session, and where its family of refresh tokens stands. */
export interface RefreshedSession extends StoredSession {
  readonly generation: number
  readonly refreshHash: string
  /** When somebody touched the app last, as far as it has said; ms. */
  readonly lastActiveAt: number
  /** When the person last proved who they are; ms. */
  readonly confirmedAt: number
  /** When they last showed a second factor; ms. */
  readonly factorAt: number | null
}

interface AccountRow
  extends Pick<StoredAccount, 'id' | 'practiceId' | 'name' | 'email' | 'clientId' | 'passwordHash'> {
  readonly role: string
  readonly passwordChangedAt: Date | null
  readonly closedAt: Date | null
}
const accountOf = (row: AccountRow): StoredAccount => ({
  id: row.id,
  practiceId: row.practiceId,
  role: row.role as Role,
  name: row.name,
  email: row.email,
  clientId: row.clientId,
  passwordHash: row.passwordHash,
  passwordChangedAt: row.passwordChangedAt?.getTime() ?? null,
  closed: row.closedAt !== null,
})

interface DeviceRow {
  readonly id: string
  readonly accountId: string
  readonly name: string
  readonly createdAt: Date
  readonly lastSeenAt: Date | null
  readonly lastIp: string | null
  readonly revokedAt: Date | null
  readonly wipedAt: Date | null
}
const deviceOf = (row: DeviceRow): StoredDevice => ({
  id: row.id,
  accountId: row.accountId,
  name: row.name,
  createdAt: row.createdAt.getTime(),
  lastSeenAt: row.lastSeenAt?.getTime() ?? null,
  lastIp: row.lastIp,
  revokedAt: row.revokedAt?.getTime() ?? null,
  wipedAt: row.wipedAt?.getTime() ?? null,
})
