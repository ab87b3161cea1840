/**
 * For operators: `npm start -- --after-restore`, once, after a backup was put back and before the server starts again.
 * Every record goes on under a new epoch, so that devices notice at their next hello and hand in again what the
 * database has lost; everybody signs in again, for the backup may not know who was signed out since. SPEC: shared/protocol/SPEC.md, P6 and P21.
 */
import { join } from 'node:path'
import type { Config } from './config.ts'
import { createAuthTransactor } from './modules/auth/transactor.ts'
import { beginNewFeedEpochs } from './modules/ehr/change-store.ts'
import { createAuditHeads } from './platform/audit-heads.ts'
import { appendAudit } from './platform/audit-store.ts'
import { openDatabase } from './platform/database.ts'
import { migrate } from './platform/migrate.ts'
import { unmarkRestore } from './platform/restore-mark.ts'
import { beginNewEpoch } from './replication/head-store.ts'

/** How many records have a new epoch. Throws StartError when the database cannot be used. */
export async function afterRestore(config: Config, now: number): Promise<number> {
  const { databaseUrl, dataDir } = config
  const database = await openDatabase(
    databaseUrl === undefined
      ? { dataDir: join(dataDir, 'database') }
      : { url: databaseUrl, ownerUrl: config.ownerUrl },
  )
  try {
    await migrate(database, join(config.root, 'prisma', 'migrations'))
    const records = await database.transaction(async (tx) => {
      await appendAudit(tx, [restored(now)])
      await beginNewFeedEpochs(tx)
      await createAuthTransactor(tx).endAllSessions('restored', now)
      return beginNewEpoch(tx, now)
    })
    // The audit trail, too, goes on from where the backup ends.
    await createAuditHeads(database, config.auditHeadsDir, config.secrets.signingKeys).exportRestored(now)
    await unmarkRestore(database)
    return records
  } finally {
    await database.close()
  }
}

const restored = (at: number) =>
  ({ action: 'system.restored', outcome: 'allowed', ip: 'local', userAgent: 'operator', at }) as const
