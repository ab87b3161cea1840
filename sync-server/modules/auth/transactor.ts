/** Writes devices, sessions and counts of failed sign-ins, inside the caller's transaction. Times in ms since 1970. */
import type { Transaction } from '../../platform/database.ts'

export const createAuthTransactor = (tx: Transaction) => ({
  /** Counts a failure; at `limit` failures within `window` ms the key is locked for `window` ms. */
  async countFailure(key: string, now: number, limit: number, window: number): Promise<void> {
    const row = await tx.loginThrottle.findUnique({ where: { key } })
    const over =
      row === null || now - row.firstAt.getTime() > window || (row.lockedUntil?.getTime() ?? now) < now
    const failures = over ? 1 : row.failures + 1
    const state = {
      failures,
      firstAt: over ? new Date(now) : row.firstAt,
      lockedUntil: failures >= limit ? new Date(now + window) : null,
    }
    await tx.loginThrottle.upsert({ where: { key }, create: { key, ...state }, update: state })
  },

  async clearFailures(key: string): Promise<void> {
    await tx.loginThrottle.deleteMany({ where: { key } })
  },

  /** False when the id belongs to another account (two accounts may name a new id at the same moment). */
  async saveDevice(device: {
    id: string
    accountId: string
    clientId: string | null
    name: string
    userAgent: string
    now: number
  }): Promise<boolean> {
    const { id, accountId, clientId, now } = device
    const seen = { name: device.name, userAgent: device.userAgent, lastSeenAt: new Date(now) }
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
    now: number
    expiresAt: number
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
        expiresAt: new Date(session.expiresAt),
      },
    })
  },

  /** False when the session is not at `generation` any more: somebody else rotated it first. */
  async rotate(session: {
    id: string
    generation: number
    refreshHash: string
    nextHash: string
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
      },
    })
    return count === 1
  },

  /** False when it had ended before. */
  async revokeSession(id: string, reason: string, now: number): Promise<boolean> {
    const { count } = await tx.session.updateMany({
      where: { id, revokedAt: null },
      data: { revokedAt: new Date(now), revokedReason: reason },
    })
    return count > 0
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

  /** Only a revoked device can be wiped. */
  async markWiped(id: string, now: number): Promise<void> {
    await tx.device.updateMany({
      where: { id, revokedAt: { not: null }, wipedAt: null },
      data: { wipedAt: new Date(now) },
    })
  },
})
