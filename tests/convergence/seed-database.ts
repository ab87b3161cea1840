/**
 * The database that seeds run over, one after the other. PGlite needs nothing installed; a Postgres that all processes
 * of a run share is cheaper. The same seed gives the same run over both.
 */
import { join } from 'node:path'
import { type Database, openDatabase } from '../../sync-server/platform/database.ts'
import { migrate } from '../../sync-server/platform/migrate.ts'
import { createCluster, withClient } from '../harness/postgres-cluster.ts'

const DATABASES = ['pglite', 'postgres'] as const
export type SeedDatabase = (typeof DATABASES)[number]

export function seedDatabase(name: string): SeedDatabase {
  const kind = DATABASES.find((each) => each === name)
  if (kind !== undefined) return kind
  console.error(`--database is one of: ${DATABASES.join(', ')}.`)
  process.exit(1)
}

const MIGRATIONS = join(import.meta.dirname, '../../prisma/migrations')
/** For a process that gets its database from the one that started it: where that Postgres is. */
const SHARED = 'SEED_POSTGRES'
const TEMPLATE = 'seeds'

/** With all tables and no rows. Crashes of the database itself are `tests/crash`: nothing here waits for a disk. */
export async function openDatabaseForSeeds(kind: SeedDatabase = 'pglite'): Promise<Database> {
  const shared = process.env[SHARED]
  if (shared !== undefined) return openDatabase({ url: await copyOf(shared) })
  if (kind === 'postgres') return openDatabase({ url: await copyOf(await startPostgres()) })
  const database = await openDatabase({})
  await migrate(database, MIGRATIONS)
  return database
}

/** What processes need in their environment to share one Postgres, which is gone with this process. */
export async function shareDatabase(kind: SeedDatabase): Promise<{ readonly [name: string]: string }> {
  return kind === 'postgres' ? { [SHARED]: await startPostgres() } : {}
}

async function startPostgres(): Promise<string> {
  const settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', autovacuum: 'off' }
  const cluster = await createCluster({ settings })
  await cluster.start()
  // Through a socket of the file system: cheaper than the loopback address.
  const url = `${cluster.adminUrl}?host=${cluster.directory}`
  await withClient(url, (client) => client.query(`CREATE DATABASE ${TEMPLATE}`))
  await using template = await openDatabase({ url: inDatabase(url, TEMPLATE) })
  await migrate(template, MIGRATIONS)
  return url
}

async function copyOf(url: string): Promise<string> {
  const name = `seeds_${process.pid}_${Date.now()}`
  await withClient(url, (client) => client.query(`CREATE DATABASE ${name} TEMPLATE ${TEMPLATE}`))
  return inDatabase(url, name)
}

const inDatabase = (url: string, name: string) => url.replace('/postgres?', `/${name}?`)
