/**
 * A device of an account that was closed is to empty itself, and nothing signs it in any more by which it could learn so.
 * It is told where it shows its own key and the password of then; where the account was erased, and no password is left to
 * compare, its key alone does. To everybody else the answer stays that of a sign-in that is wrong. SPEC.md, S13.
 */
import type { DelayedRefusal } from '../../http/problem.ts'
import type { Database } from '../../platform/database.ts'
import type { DeviceKey } from '../../platform/possession.ts'
import type { Role } from '../../replication/actor.ts'
import type { SessionIssuer } from './issue-session.ts'

interface Deps {
  readonly database: Database
  readonly issuer: Pick<SessionIssuer, 'refuseRevoked'>
}
export type DepartedDevice = ReturnType<typeof createDepartedDevice>

/** What erasing leaves in a password's place. */
const NO_PASSWORD = 'none'

export const createDepartedDevice =
  ({ database, issuer }: Deps) =>
  async (
    deviceId: string,
    key: DeviceKey,
    /** Whether it was the account's owner who asked, of an account that was not erased. */
    isOwner: (account: { readonly id: string; readonly passwordHash: string }) => Promise<boolean>,
  ): Promise<DelayedRefusal | undefined> => {
    const row = await database.prisma.device.findUnique({
      where: { id: deviceId },
      include: { portalAccount: true },
    })
    if (row === null || row.deviceKey !== key.point || row.revokedAt === null || row.wipedAt !== null)
      return undefined
    const { portalAccount: account } = row
    if (account.closedAt === null) return undefined
    if (account.passwordHash !== NO_PASSWORD && !(await isOwner(account))) return undefined
    return issuer.refuseRevoked({ accountId: account.id, deviceId, role: account.role as Role }, key)
  }
