/**
 * Puts a backup in the place of the database. It is read to its end before anything is touched; what was there is kept
 * under another name; and a server does not start on it before every record has its new epoch, by which devices notice
 * and hand in again what the backup misses. SPEC: shared/protocol/SPEC.md, P6 and P21.
 */
import { existsSync } from 'node:fs'
import { cp, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { afterRestore } from './after-restore.ts'
import { FILES, openDatabaseOf, readManifest, verifyDatabaseOf } from './backup-folder.ts'
import type { Config } from './config.ts'
import { lockDirectory } from './platform/directory-lock.ts'
import { makeEmbedded } from './platform/embedded-copy.ts'
import { SERVER_NAME } from './platform/postgres-pool.ts'
import { runPostgresTool } from './platform/postgres-tools.ts'
import { MARK_RESTORE } from './platform/restore-mark.ts'
import { StartError } from './platform/start-error.ts'

interface Restored {
  readonly madeAt: string
  readonly records: number
  /** Where what was there before is now. */
  readonly before: string | undefined
}
interface Restore {
  readonly config: Config
  readonly folder: string
  /** May what is there be put aside? */
  readonly replace: boolean
  readonly now: number
}

export async function putBack(restore: Restore): Promise<Restored> {
  const { config, folder, now } = restore
  const manifest = await readManifest(folder)
  const kind = config.databaseUrl === undefined ? 'pglite' : 'postgres'
  if (manifest.database !== kind)
    throw new StartError(
      kind === 'pglite'
        ? 'The backup is one of a PostgreSQL: set DATABASE_URL to one.'
        : 'The backup is one of the embedded database: leave DATABASE_URL unset.',
    )
  await verifyDatabaseOf(folder, config.secrets.pepper)
  const before = await (kind === 'pglite' ? putBackEmbedded(restore) : putBackPostgres(restore))
  if (manifest.files !== 'bucket' && manifest.files > 0)
    // Never over one that is there: what a name holds does not change.
    await cp(join(folder, FILES), join(config.dataDir, 'files'), { recursive: true, force: false })
  return { madeAt: manifest.madeAt, records: await afterRestore(config, now), before }
}

const occupied = (where: string) =>
  new StartError(
    `There is a portal's database in ${where}. With --replace it is put aside, and the backup takes its place. Nothing was changed.`,
  )
const nameOf = (now: number) => new Date(now).toISOString().replaceAll(/\D/g, '').slice(0, 14)

async function putBackEmbedded({ config, folder, replace, now }: Restore): Promise<string | undefined> {
  const place = join(config.dataDir, 'database')
  const there = existsSync(place)
  if (there && !replace) throw occupied(place)
  const lock = lockDirectory(place)
  try {
    const fresh = `${place}.restored`
    await rm(fresh, { recursive: true, force: true })
    await makeEmbedded(fresh, openDatabaseOf(folder, config.secrets.pepper), MARK_RESTORE)
    const aside = `${place}.before-${nameOf(now)}`
    if (there) await rename(place, aside)
    await rename(fresh, place)
    return there ? aside : undefined
  } finally {
    lock.release()
  }
}

async function putBackPostgres({ config, folder, replace, now }: Restore): Promise<string | undefined> {
  const url = config.ownerUrl ?? config.databaseUrl ?? ''
  const { there, servers } = await standing(url)
  if (servers > 0)
    throw new StartError(
      `${servers} connection(s) of a running server are open: stop every server first. Nothing was changed.`,
    )
  const aside = `portal_before_${nameOf(now)}`
  if (there && !replace) throw occupied('DATABASE_URL')
  const folders = config.programFolders
  const restoring = runPostgresTool('pg_restore', ['--no-owner', '--no-privileges', '--file=-'], {
    url: undefined,
    folders,
  })
  const writing = runPostgresTool(
    'psql',
    [
      ...['--no-psqlrc', '--quiet', '--single-transaction', '--set=ON_ERROR_STOP=1'],
      ...(there ? ['--command', `ALTER SCHEMA portal RENAME TO ${aside}`] : []),
      ...['--file', '-', '--command', MARK_RESTORE],
    ],
    { url, folders },
  )
  const reading = openDatabaseOf(folder, config.secrets.pepper)
  reading.on('error', () => restoring.kill())
  reading.pipe(restoring.input)
  restoring.output.pipe(writing.input, { end: false })
  writing.output.resume()
  try {
    // The end of the script is what makes it commit: psql sees it only once all of it was good.
    await Promise.race([restoring.done, writing.done])
    await restoring.done
  } catch (error) {
    writing.kill()
    await writing.done.catch(() => undefined)
    throw error
  }
  writing.input.end()
  await writing.done
  return there ? `schema ${aside}` : undefined
}

async function standing(url: string): Promise<{ readonly there: boolean; readonly servers: number }> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 })
  try {
    await client.connect()
    const { rows } = await client.query<{ there: boolean; servers: number }>(
      `SELECT to_regclass('portal.client_head') IS NOT NULL AS there, (
         SELECT count(*)::integer FROM pg_stat_activity
         WHERE datname = current_database() AND application_name = $1) AS servers`,
      [SERVER_NAME],
    )
    return rows[0] ?? { there: false, servers: 0 }
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n')[0] : String(error)
    throw new StartError(`The database in DATABASE_URL cannot be used: ${why}`)
  } finally {
    await client.end().catch(() => undefined)
  }
}
