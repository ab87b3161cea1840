/**
 * A database that a backup was just put into is marked, in the very transaction, until every record has its new epoch:
 * a server that served it before would take what devices have for its own, and they would not hand in what is missing.
 */
import type { Database } from './database.ts'
import { StartError } from './start-error.ts'

const MARK = 'portal.restore_unfinished'
export const MARK_RESTORE = `CREATE TABLE IF NOT EXISTS ${MARK} ()`

export const unmarkRestore = (database: Database): Promise<void> =>
  database.withScripts(({ exec }) => exec(`DROP TABLE IF EXISTS ${MARK}`))

/** Throws StartError. */
export async function refuseUnfinishedRestore(database: Database): Promise<void> {
  const [row] = await database.withScripts(({ query }) =>
    query<{ marked: boolean }>(`SELECT to_regclass('${MARK}') IS NOT NULL AS marked`),
  )
  if (row?.marked === true)
    throw new StartError(
      'A backup was put back into this database, and not to the end. Finish it with: npm start -- --after-restore',
    )
}
