/**
 * For operators: `npm start -- --after-restore`, once, after a backup was put back and before the server starts again.
 * Every record goes on under a new epoch, so that devices notice at their next hello and hand in again what the
 * database has lost. SPEC: shared/protocol/SPEC.md, P6 and P21.
 */
import { join } from 'node:path'
import type { Config } from './config.ts'
import { openDatabase } from './platform/database.ts'
import { migrate } from './platform/migrate.ts'
import { beginNewEpoch } from './replication/head-store.ts'

/** How many records have a new epoch. Throws StartError when the database cannot be used. */
export async function afterRestore(config: Config, now: number): Promise<number> {
  const { databaseUrl, dataDir } = config
  const database = await openDatabase(
    databaseUrl === undefined ? { dataDir: join(dataDir, 'database') } : { url: databaseUrl },
  )
  try {
    await migrate(database, join(config.root, 'prisma', 'migrations'))
    return await database.transaction((tx) => beginNewEpoch(tx, now))
  } finally {
    await database.close()
  }
}
