/** Writes devices, sessions and counts of failed sign-ins, inside the caller's transaction. Times in ms since 1970. */
import type { Transaction } from '../../platform/database.ts'

export const createAuthTransactor = (tx: Transaction) => ({
  /** Counts a failure; at `limit` failures within `window` ms the key is locked for `window` ms. How many there are now. */
  async countFailure(key: string, now: number, limit: number, window: number): Promise<number> {
    const at = new Date(now)
    const until = new Date(now + window)
    const since = new Date(now - window)
    // One statement: two servers may count for the same key at the same moment.
    const [counted] = await tx.$queryRaw<{ failures: number }[]>`
      INSERT INTO portal.login_throttle AS kept (key, failures, first_at, locked_until)
      VALUES (${key}, 1, ${at}::timestamptz, CASE WHEN ${limit}::int <= 1 THEN ${until}::timestamptz END)
      ON CONFLICT (key) DO UPDATE SET (failures, first_at, locked_until) = (
        SELECT counted.failures, counted.first_at,
          CASE WHEN counted.failures >= ${limit}::int THEN ${until}::timestamptz END
        FROM (
          SELECT CASE WHEN is_over THEN 1 ELSE kept.failures + 1 END AS failures,
            CASE WHEN is_over THEN ${at}::timestamptz ELSE kept.first_at END AS first_at
          FROM (
            SELECT kept.first_at < ${since}::timestamptz
              OR COALESCE(kept.locked_until < ${at}::timestamptz, false) AS is_over
          ) AS found
        ) AS counted
      ) RETURNING failures`
    return counted?.failures ?? limit
  },

  async clearFailures(key: string): Promise<void> {
    await tx.loginThrottle.deleteMany({ where: { key } })
  },

  /**
   * Until the transaction ends nobody changes the password or closes the account, so that whoever does so ends the session
   * that is made now. False where that has just happened.
   */
  async holdAccount({ id, passwordHash }: { id: string; passwordHash?: string }): Promise<boolean> {
    const held = await tx.$queryRaw<unknown[]>`
      SELECT id FROM portal.portal_account WHERE id = ${id}::uuid AND closed_at IS NULL
        AND (${passwordHash ?? null}::text IS NULL OR password_hash = ${passwordHash ?? null}::text) FOR SHARE`
    return held.length > 0
  },

  /** False when the id belongs to another account (two accounts may name a new id at the same moment). */
  async saveDevice(device: {
    id: string
    accountId: string
    clientId: string | null
    name: string
    userAgent: string
    ip: string
    keyPoint: string
    now: number
  }): Promise<boolean> {
    const { id, accountId, clientId, name, userAgent, ip, keyPoint, now } = device
    const seen = { name, userAgent, lastSeenAt: new Date(now), lastIp: ip, deviceKey: keyPoint }
    const saved = await tx.device.upsert({
      where: { id },
      create: { id, accountId, clientId, createdAt: new Date(now), ...seen },
      update: seen,
    })
    return saved.accountId === accountId
  },

  async createSession(session: {
    id: string
    accountId: string
    deviceId: string
    refreshHash: string
    keyPoint: string
    now: number
    expiresAt: number
    factorAt: number | null
    enrolling: boolean
  }): Promise<void> {
    await tx.session.create({
      data: {
        id: session.id,
        accountId: session.accountId,
        deviceId: session.deviceId,
        generation: 1,
        refreshHash: session.refreshHash,
        createdAt: new Date(session.now),
        lastUsedAt: new Date(session.now),
        lastActiveAt: new Date(session.now),
        confirmedAt: new Date(session.now),
        deviceKey: session.keyPoint,
        expiresAt: new Date(session.expiresAt),
        factorAt: session.factorAt === null ? null : new Date(session.factorAt),
        enrolling: session.enrolling,
      },
    })
  },

  /** False when the session is not at `generation` any more: somebody else rotated it first. */
  async rotate(session: {
    id: string
    generation: number
    refreshHash: string
    nextHash: string
    lastActiveAt: number
    now: number
  }): Promise<boolean> {
    const { count } = await tx.session.updateMany({
      where: {
        id: session.id,
        generation: session.generation,
        refreshHash: session.refreshHash,
        revokedAt: null,
      },
      data: {
        generation: session.generation + 1,
        refreshHash: session.nextHash,
        rotatedAt: new Date(session.now),
        lastUsedAt: new Date(session.now),
        lastActiveAt: new Date(session.lastActiveAt),
      },
    })
    return count === 1
  },

  /** The same, where nothing rotates: its answer was lost, and is given again. */
  async noteActive(id: string, lastActiveAt: number): Promise<void> {
    await tx.session.update({ where: { id }, data: { lastActiveAt: new Date(lastActiveAt) } })
  },

  async noteSeen(deviceId: string, ip: string, now: number): Promise<void> {
    await tx.device.update({ where: { id: deviceId }, data: { lastSeenAt: new Date(now), lastIp: ip } })
  },

  /** False when it had ended before. */
  async revokeSession(id: string, reason: string, now: number): Promise<boolean> {
    const { count } = await tx.session.updateMany({
      where: { id, revokedAt: null },
      data: { revokedAt: new Date(now), revokedReason: reason },
    })
    return count > 0
  },

  /** Of everybody: what has happened to sessions and passwords since a backup, it does not know. */
  async endAllSessions(reason: string, now: number): Promise<void> {
    await tx.session.updateMany({
      where: { revokedAt: null },
      data: { revokedAt: new Date(now), revokedReason: reason },
    })
    await tx.device.updateMany({ where: { trustedUntil: { not: null } }, data: { trustedUntil: null } })
  },

  /** Of one device of the account, or of all but one; their ids. */
  async endSessions(
    of: { accountId: string; deviceId?: string; exceptDevice?: string },
    reason: string,
    now: number,
  ): Promise<string[]> {
    const { accountId, deviceId, exceptDevice } = of
    const ended = await tx.session.updateManyAndReturn({
      where: {
        accountId,
        revokedAt: null,
        ...(deviceId !== undefined && { deviceId }),
        ...(exceptDevice !== undefined && { deviceId: { not: exceptDevice } }),
      },
      data: { revokedAt: new Date(now), revokedReason: reason },
      select: { id: true },
    })
    const ids = deviceId ?? (exceptDevice === undefined ? undefined : { not: exceptDevice })
    await tx.device.updateMany({
      where: { accountId, ...(ids !== undefined && { id: ids }), trustedUntil: { not: null } },
      data: { trustedUntil: null },
    })
    return ended.map(({ id }) => id)
  },

  /** Ends the device and its sessions. False when the device is not this account's, or was revoked before. */
  async revokeDevice(id: string, accountId: string, now: number): Promise<boolean> {
    const { count } = await tx.device.updateMany({
      where: { id, accountId, revokedAt: null },
      data: { revokedAt: new Date(now) },
    })
    if (count === 0) return false
    await tx.session.updateMany({
      where: { deviceId: id, revokedAt: null },
      data: { revokedAt: new Date(now), revokedReason: 'device_revoked' },
    })
    return true
  },

  /** Only a revoked device can be wiped. False when this is not one, or had said so before. */
  async markWiped(id: string, now: number): Promise<boolean> {
    const { count } = await tx.device.updateMany({
      where: { id, revokedAt: { not: null }, wipedAt: null },
      data: { wipedAt: new Date(now) },
    })
    return count > 0
  },
})
