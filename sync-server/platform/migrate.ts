/**
 * Brings a database to this build's schema: every directory of prisma/migrations in the order of its name, each in one
 * transaction, recorded as Prisma records them (its table, sha256 of the file), so that `prisma migrate status` agrees.
 * Several servers may start at once on Postgres: an advisory lock lets one migrate and the others wait.
 */
import { createHash, randomUUID } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { appPrivileges } from './app-role.ts'
import type { Database, ScriptConnection } from './database.ts'
import { StartError } from './start-error.ts'

/** Any constant: the same one in every server of this product. */
const LOCK = 72_707_369
const RECORDS = 'portal._prisma_migrations'
const CREATE_RECORDS = `CREATE SCHEMA IF NOT EXISTS portal;
CREATE TABLE IF NOT EXISTS ${RECORDS} (
  id VARCHAR(36) PRIMARY KEY NOT NULL, checksum VARCHAR(64) NOT NULL, finished_at TIMESTAMPTZ,
  migration_name VARCHAR(255) NOT NULL, logs TEXT, rolled_back_at TIMESTAMPTZ,
  started_at TIMESTAMPTZ NOT NULL DEFAULT now(), applied_steps_count INTEGER NOT NULL DEFAULT 0)`

interface MigrationRecord {
  readonly migration_name: string
  readonly checksum: string
  readonly finished_at: Date | null
}
interface Migration {
  readonly name: string
  readonly sql: string
  readonly checksum: string
}

/**
 * Returns the names applied now. From here on the application acts as its own role, with what that may do. Throws
 * StartError for failed, edited, missing and newer migrations.
 */
export async function migrate(
  database: Database,
  directory: string,
): Promise<{ readonly applied: readonly string[] }> {
  const applied = await migrateAsOwner(database, readMigrations(directory))
  await database.becomeApp()
  return { applied }
}

function migrateAsOwner(database: Database, migrations: readonly Migration[]): Promise<readonly string[]> {
  return database.withScripts(async (connection) => {
    await connection.exec(`SELECT pg_advisory_lock(${LOCK})`)
    try {
      await connection.exec(CREATE_RECORDS)
      const pending = pendingMigrations(migrations, await readRecords(connection))
      for (const migration of pending) await apply(connection, migration)
      await connection.exec(appPrivileges(database.appRole ?? 'CURRENT_USER'))
      return pending.map(({ name }) => name)
    } finally {
      await connection.exec(`SELECT pg_advisory_unlock(${LOCK})`)
    }
  })
}

function readMigrations(directory: string): readonly Migration[] {
  if (!existsSync(directory)) throw new StartError(`The migrations are missing: there is no ${directory}.`)
  return readdirSync(directory)
    .filter((name) => existsSync(join(directory, name, 'migration.sql')))
    .sort()
    .map((name) => {
      const sql = readFileSync(join(directory, name, 'migration.sql'), 'utf8')
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
    })
}

const readRecords = (connection: ScriptConnection) =>
  connection.query<MigrationRecord>(
    `SELECT migration_name, checksum, finished_at FROM ${RECORDS} WHERE rolled_back_at IS NULL ORDER BY migration_name`,
  )

function pendingMigrations(
  known: readonly Migration[],
  records: readonly MigrationRecord[],
): readonly Migration[] {
  const byName = new Map(known.map((migration) => [migration.name, migration]))
  for (const record of records) {
    const migration = byName.get(record.migration_name)
    if (migration === undefined)
      throw new StartError(
        `The database was made by a newer version: it has the migration ${record.migration_name}, which this one does not know.`,
      )
    if (record.finished_at === null)
      throw new StartError(
        `The migration ${record.migration_name} failed half-way in this database. Mend it, then mark it with "prisma migrate resolve".`,
      )
    if (record.checksum !== migration.checksum)
      throw new StartError(
        `The migration ${record.migration_name} was edited after it was applied. Restore the file, and write a new migration.`,
      )
  }
  const applied = new Set(records.map((record) => record.migration_name))
  return known.filter(({ name }) => !applied.has(name))
}

async function apply(connection: ScriptConnection, { name, sql, checksum }: Migration): Promise<void> {
  await connection.exec('BEGIN')
  try {
    await connection.exec(sql)
    await connection.query(
      `INSERT INTO ${RECORDS} (id, checksum, finished_at, migration_name, applied_steps_count) VALUES ($1, $2, now(), $3, 1)`,
      [randomUUID(), checksum, name],
    )
    await connection.exec('COMMIT')
  } catch (error) {
    await connection.exec('ROLLBACK')
    const reason = error instanceof Error ? error.message : String(error)
    throw new StartError(`The migration ${name} failed and was rolled back: ${reason}`)
  }
}
