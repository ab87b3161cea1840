/**
 * The database that seeds run over, one after the other. PGlite needs nothing installed; a Postgres of the process's own
 * is cheaper by half. The same seed gives the same run over both.
 */
import { join } from 'node:path'
import { type Database, openDatabase } from '../../sync-server/platform/database.ts'
import { migrate } from '../../sync-server/platform/migrate.ts'
import { createCluster } from '../harness/postgres-cluster.ts'

export const DATABASES = ['pglite', 'postgres'] as const
export type SeedDatabase = (typeof DATABASES)[number]

const MIGRATIONS = join(import.meta.dirname, '../../prisma/migrations')

export function seedDatabase(name: string): SeedDatabase {
  const kind = DATABASES.find((each) => each === name)
  if (kind !== undefined) return kind
  console.error(`--database is one of: ${DATABASES.join(', ')}.`)
  process.exit(1)
}

/** With all tables and no rows. Takes a second or two. Crashes of the database itself are `tests/crash`: nothing waits for a disk. */
export async function openDatabaseForSeeds(kind: SeedDatabase = 'pglite'): Promise<Database> {
  const database = await openDatabase(kind === 'pglite' ? {} : { url: await startPostgres() })
  await migrate(database, MIGRATIONS)
  return database
}

/** Gone with this process. A socket of the file system costs half of what the loopback address costs. */
async function startPostgres(): Promise<string> {
  const settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', autovacuum: 'off' }
  const cluster = await createCluster({ settings })
  await cluster.start()
  return `${cluster.adminUrl}?host=${cluster.directory}`
}
