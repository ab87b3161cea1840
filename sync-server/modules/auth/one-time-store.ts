/** Rows of codes, links and tickets. A guess is counted before it is looked at, under the row's lock: guesses at the same moment queue up. */
import { randomUUID } from 'node:crypto'
import type { Transaction } from '../../platform/database.ts'
import { CODE_ATTEMPTS, GOOD_FOR, type OneTime, type Purpose } from './one-time.ts'

export interface OneTimeRow {
  readonly id: string
  readonly secretHash: string | null
  readonly accountId: string | null
  readonly clientId: string | null
  readonly parentId: string | null
  readonly email: string | null
  readonly passwordHash: string | null
  readonly termsVersion: string | null
  readonly createdAt: Date
}
type About = Partial<Omit<OneTimeRow, 'id' | 'secretHash' | 'createdAt'>> & {
  readonly target?: string
  readonly createdBy?: string
}

export const createOneTimeStore = (tx: Transaction, oneTime: OneTime, now: number) => {
  const at = new Date(now)
  return {
    /** Without a secret nothing opens it; it can be given one later. */
    async create(
      purpose: Purpose,
      about: About,
      secret?: string,
      id: string = randomUUID(),
    ): Promise<string> {
      await tx.oneTimeCode.create({
        data: {
          id,
          purpose,
          ...about,
          secretHash: secret === undefined ? null : oneTime.hash(purpose, id, secret),
          createdAt: at,
          expiresAt: new Date(now + GOOD_FOR[purpose]),
        },
      })
      return id
    },

    /** False when it has a secret already, was used, or is no longer good. */
    async arm(purpose: Purpose, id: string, about: About, secret: string): Promise<boolean> {
      const { count } = await tx.oneTimeCode.updateMany({
        where: { id, purpose, secretHash: null, usedAt: null, expiresAt: { gt: at } },
        data: { ...about, secretHash: oneTime.hash(purpose, id, secret) },
      })
      return count > 0
    },

    /** Until the transaction ends; of whatever is counted, there or not. */
    async lockTarget(target: string): Promise<void> {
      await tx.$queryRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`asked ${target}`}, 0))::text AS locked`
    },
    /** How often it was asked for since then. */
    asked: (target: string, since: number): Promise<number> =>
      tx.oneTimeCode.count({ where: { target, createdAt: { gt: new Date(since) } } }),

    sentTo: (clientId: string, purpose: Purpose, since: number): Promise<number> =>
      tx.oneTimeCode.count({
        where: { clientId, purpose, secretHash: { not: null }, createdAt: { gt: new Date(since) } },
      }),

    /**
     * The row if the secret is right, else undefined: wrong, used, expired, guessed at too often, of another purpose and
     * made up are one and the same. The row stays locked, and is used only by `use`.
     */
    async find(
      purpose: Purpose,
      given: { readonly id: string; readonly secret: string } | undefined,
      options: { readonly countGuess?: boolean } = {},
    ): Promise<OneTimeRow | undefined> {
      if (given === undefined) return undefined
      const guess = options.countGuess === true ? 1 : 0
      const [row] = await tx.$queryRaw<OneTimeRow[]>`
        UPDATE portal.one_time_code SET attempts = attempts + ${guess}::int
        WHERE id = ${given.id}::uuid AND purpose = ${purpose} AND used_at IS NULL
          AND expires_at > ${at}::timestamptz AND attempts < ${CODE_ATTEMPTS}::int
        RETURNING id, secret_hash AS "secretHash", account_id AS "accountId", client_id AS "clientId",
          parent_id AS "parentId", email, password_hash AS "passwordHash", terms_version AS "termsVersion",
          created_at AS "createdAt"`
      return oneTime.matches(row?.secretHash, purpose, given.id, given.secret) ? row : undefined
    },

    /** The last guess was right. */
    async forgetGuesses(id: string): Promise<void> {
      await tx.oneTimeCode.updateMany({ where: { id }, data: { attempts: 0 } })
    },

    /** The newest that an account has not used: where it leads, and until when it is good (ms). */
    async waiting(
      purpose: Purpose,
      accountId: string,
    ): Promise<{ readonly email: string; readonly until: number } | undefined> {
      const row = await tx.oneTimeCode.findFirst({
        where: { purpose, accountId, usedAt: null, expiresAt: { gt: at }, email: { not: null } },
        orderBy: { createdAt: 'desc' },
        select: { email: true, expiresAt: true },
      })
      return row?.email ? { email: row.email, until: row.expiresAt.getTime() } : undefined
    },

    /** False when somebody else used it first. */
    async use(id: string): Promise<boolean> {
      const { count } = await tx.oneTimeCode.updateMany({
        where: { id, usedAt: null, expiresAt: { gt: at } },
        data: { usedAt: at },
      })
      return count > 0
    },

    /** All that are still open for an account or a client: a newer one, or what was reached otherwise, ends them. `since`: older ones stay. */
    async endOpen(
      purposes: readonly Purpose[],
      of: { readonly accountId: string } | { readonly clientId: string } | { readonly parentId: string },
      since?: Date,
    ): Promise<void> {
      const made = since === undefined ? {} : { createdAt: { gte: since } }
      await tx.oneTimeCode.updateMany({
        where: { purpose: { in: [...purposes] }, ...of, ...made, usedAt: null },
        data: { usedAt: at },
      })
    },

    async forgetBefore(before: number): Promise<void> {
      await tx.oneTimeCode.deleteMany({ where: { expiresAt: { lt: new Date(before) } } })
    },
  }
}
