/** Rows of second factors, inside the caller's transaction. What counts and what waits for its first code are kept apart. */
import { randomUUID } from 'node:crypto'
import type { Database, Transaction } from '../../../platform/database.ts'

/** What an account has, and what its practice asks of it. */
export interface Standing {
  /** When its authenticator app was confirmed; null: it has none. */
  readonly totpSince: number | null
  readonly passkeys: number
  /** Recovery codes that were not used yet. */
  readonly codesLeft: number
  readonly required: boolean
}
export interface StoredTotp {
  readonly id: string
  readonly sealed: Uint8Array
  readonly lastStep: number
}
export interface StoredPasskey {
  readonly id: string
  readonly accountId: string
  readonly credentialId: string
  readonly publicKey: Uint8Array<ArrayBuffer>
  readonly counter: number
  readonly transports: readonly string[]
  readonly name: string
  readonly backedUp: boolean
  readonly createdAt: number
  readonly lastUsedAt: number | null
}
export type NewPasskey = Omit<StoredPasskey, 'id' | 'createdAt' | 'lastUsedAt'>

export const hasFactor = ({ totpSince, passkeys }: Pick<Standing, 'totpSince' | 'passkeys'>): boolean =>
  totpSince !== null || passkeys > 0

const isClients = (role: string) => role === 'client' || role === 'proxy'

export const createFactorsStore = (tx: Transaction | Database['prisma']) => ({
  async standing(accountId: string): Promise<Standing> {
    const row = await tx.portalAccount.findUnique({
      where: { id: accountId },
      select: {
        role: true,
        practice: { select: { mfaStaff: true, mfaClients: true } },
        totpFactors: { where: { confirmedAt: { not: null } }, select: { confirmedAt: true } },
        _count: { select: { passkeys: true, recoveryCodes: { where: { usedAt: null } } } },
      },
    })
    const asked = row !== null && (isClients(row.role) ? row.practice.mfaClients : row.practice.mfaStaff)
    return {
      totpSince: row?.totpFactors[0]?.confirmedAt?.getTime() ?? null,
      passkeys: row?._count.passkeys ?? 0,
      codesLeft: row?._count.recoveryCodes ?? 0,
      // Record systems sign in by other means.
      required: asked && row?.role !== 'ehr' && row?.role !== 'kiosk',
    }
  },

  async totp(accountId: string, which: 'confirmed' | 'waiting'): Promise<StoredTotp | undefined> {
    const confirmedAt = which === 'confirmed' ? { not: null } : null
    const row = await tx.totpFactor.findFirst({ where: { accountId, confirmedAt } })
    return row === null ? undefined : { id: row.id, sealed: row.sealed, lastStep: Number(row.lastStep) }
  },

  /** In place of one that waits. */
  async addTotp(accountId: string, sealed: Uint8Array, now: number): Promise<void> {
    await tx.totpFactor.deleteMany({ where: { accountId, confirmedAt: null } })
    const createdAt = new Date(now)
    await tx.totpFactor.create({
      data: { id: randomUUID(), accountId, sealed: new Uint8Array(sealed), createdAt },
    })
  },

  /** In place of the one that counted so far. False when it was replaced meanwhile. */
  async confirmTotp(accountId: string, id: string, step: number, now: number): Promise<boolean> {
    await tx.totpFactor.deleteMany({ where: { accountId, confirmedAt: { not: null } } })
    const { count } = await tx.totpFactor.updateMany({
      where: { id, accountId, confirmedAt: null },
      data: { confirmedAt: new Date(now), lastStep: step },
    })
    return count > 0
  },

  /** False when another request used this step, or a later one, first. */
  async takeTotpStep(id: string, step: number): Promise<boolean> {
    const { count } = await tx.totpFactor.updateMany({
      where: { id, lastStep: { lt: step } },
      data: { lastStep: step },
    })
    return count > 0
  },

  async removeTotp(accountId: string): Promise<boolean> {
    await tx.totpFactor.deleteMany({ where: { accountId, confirmedAt: null } })
    return (await tx.totpFactor.deleteMany({ where: { accountId } })).count > 0
  },

  async passkeys(accountId: string): Promise<StoredPasskey[]> {
    const rows = await tx.passkey.findMany({
      where: { accountId },
      orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
    })
    return rows.map(passkeyOf)
  },

  async passkeyByCredential(credentialId: string): Promise<StoredPasskey | undefined> {
    const row = await tx.passkey.findUnique({ where: { credentialId } })
    return row === null ? undefined : passkeyOf(row)
  },

  /** Undefined when this credential is known already. */
  async addPasskey({ transports, ...passkey }: NewPasskey, now: number): Promise<string | undefined> {
    const id = randomUUID()
    const row = {
      ...passkey,
      id,
      transports: transports.join(','),
      createdAt: new Date(now),
      publicKey: passkey.publicKey,
    }
    const { count } = await tx.passkey.createMany({ data: [row], skipDuplicates: true })
    return count > 0 ? id : undefined
  },

  /** False when another answer at the same moment counted as far: one of the two comes from a copy. Those without a counter stay at 0. */
  async notePasskeyUse(id: string, counter: number, backedUp: boolean, now: number): Promise<boolean> {
    const before = counter === 0 ? 0 : { lt: counter }
    const { count } = await tx.passkey.updateMany({
      where: { id, counter: before },
      data: { counter, backedUp, lastUsedAt: new Date(now) },
    })
    return count > 0
  },

  async renamePasskey(accountId: string, id: string, name: string): Promise<boolean> {
    return (await tx.passkey.updateMany({ where: { id, accountId }, data: { name } })).count > 0
  },

  async removePasskey(accountId: string, id: string): Promise<boolean> {
    return (await tx.passkey.deleteMany({ where: { id, accountId } })).count > 0
  },

  /** In place of all that were there. */
  async replaceCodes(accountId: string, hashes: readonly string[], now: number): Promise<void> {
    await tx.recoveryCode.deleteMany({ where: { accountId } })
    const createdAt = new Date(now)
    await tx.recoveryCode.createMany({
      data: hashes.map((codeHash) => ({ id: randomUUID(), accountId, codeHash, createdAt })),
    })
  },

  /** False when it is none, or was used. */
  async spendCode(accountId: string, codeHash: string, now: number): Promise<boolean> {
    const { count } = await tx.recoveryCode.updateMany({
      where: { accountId, codeHash, usedAt: null },
      data: { usedAt: new Date(now) },
    })
    return count > 0
  },

  codesLeft: (accountId: string): Promise<number> =>
    tx.recoveryCode.count({ where: { accountId, usedAt: null } }),

  /** All of an account's. */
  async removeAll(accountId: string): Promise<void> {
    await tx.totpFactor.deleteMany({ where: { accountId } })
    await tx.passkey.deleteMany({ where: { accountId } })
    await tx.recoveryCode.deleteMany({ where: { accountId } })
  },

  /** Those that came at `since` (ms) or later. False: there were none. */
  async removeAddedSince(accountId: string, since: number): Promise<boolean> {
    const createdAt = { gte: new Date(since) }
    const codes = await tx.recoveryCode.deleteMany({ where: { accountId, createdAt } })
    const passkeys = await tx.passkey.deleteMany({ where: { accountId, createdAt } })
    const apps = await tx.totpFactor.deleteMany({
      where: { accountId, OR: [{ confirmedAt: null }, { confirmedAt: { gte: new Date(since) } }] },
    })
    return codes.count + passkeys.count + apps.count > 0
  },

  /** Two changes of one account's factors at the same moment go one after the other. */
  async lockAccount(accountId: string): Promise<void> {
    await tx.$queryRaw`SELECT id FROM portal.portal_account WHERE id = ${accountId}::uuid FOR UPDATE`
  },

  /** False when it was answered before. Those that are too old are forgotten on the way. */
  async spendChallenge(id: string, expiresAt: number, now: number): Promise<boolean> {
    await tx.spentChallenge.deleteMany({ where: { expiresAt: { lt: new Date(now) } } })
    const { count } = await tx.spentChallenge.createMany({
      data: [{ id, expiresAt: new Date(expiresAt) }],
      skipDuplicates: true,
    })
    return count > 0
  },

  /** The person has just shown a factor in this session. */
  async noteFactor(sessionId: string, now: number): Promise<void> {
    await tx.session.updateMany({
      where: { id: sessionId },
      data: { factorAt: new Date(now), confirmedAt: new Date(now) },
    })
  },

  /**
   * There is a factor now. The session that set it up is good for everything from here on; others that were waiting
   * for one end: whoever sits there has shown a password and nothing else. Their ids.
   */
  async endEnrolment(accountId: string, sessionId: string, now: number): Promise<string[]> {
    await tx.session.updateMany({ where: { id: sessionId, accountId }, data: { enrolling: false } })
    const ended = await tx.session.updateManyAndReturn({
      where: { accountId, enrolling: true, revokedAt: null },
      data: { revokedAt: new Date(now), revokedReason: 'factor_added' },
      select: { id: true },
    })
    return ended.map(({ id }) => id)
  },

  /** The second step is not asked for on this device, with this key, until then. */
  async trustDevice(accountId: string, deviceId: string, until: number): Promise<void> {
    await tx.device.updateMany({
      where: { id: deviceId, accountId },
      data: { trustedUntil: new Date(until) },
    })
  },

  isTrusted: async (accountId: string, deviceId: string, keyPoint: string, now: number): Promise<boolean> =>
    (await tx.device.count({
      where: {
        id: deviceId,
        accountId,
        deviceKey: keyPoint,
        revokedAt: null,
        trustedUntil: { gt: new Date(now) },
      },
    })) > 0,

  /** Every device of the account is asked again. */
  async distrustDevices(accountId: string): Promise<void> {
    await tx.device.updateMany({
      where: { accountId, trustedUntil: { not: null } },
      data: { trustedUntil: null },
    })
  },

  async policy(practiceId: string): Promise<{ readonly staff: boolean; readonly clients: boolean }> {
    const row = await tx.practice.findUniqueOrThrow({ where: { id: practiceId } })
    return { staff: row.mfaStaff, clients: row.mfaClients }
  },

  async setPolicy(practiceId: string, policy: { readonly staff: boolean; readonly clients: boolean }) {
    const data = { mfaStaff: policy.staff, mfaClients: policy.clients }
    await tx.practice.update({ where: { id: practiceId }, data })
  },
})

interface PasskeyRow {
  readonly id: string
  readonly accountId: string
  readonly credentialId: string
  readonly publicKey: Uint8Array
  readonly counter: bigint
  readonly transports: string
  readonly name: string
  readonly backedUp: boolean
  readonly createdAt: Date
  readonly lastUsedAt: Date | null
}
const passkeyOf = (row: PasskeyRow): StoredPasskey => ({
  ...row,
  publicKey: Uint8Array.from(row.publicKey),
  counter: Number(row.counter),
  transports: row.transports === '' ? [] : row.transports.split(','),
  createdAt: row.createdAt.getTime(),
  lastUsedAt: row.lastUsedAt?.getTime() ?? null,
})
