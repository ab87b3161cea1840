/** The runner and the schema it makes: fresh, again, edited, failed, newer; and what every table must look like. */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import type { Database } from '../../sync-server/platform/database.ts'
import { migrate } from '../../sync-server/platform/migrate.ts'
import { describeOverDatabases, MIGRATIONS } from '../harness/practice.ts'

const directories: string[] = []
function copyOfMigrations(): string {
  const directory = mkdtempSync(join(tmpdir(), 'portal-migrations-'))
  directories.push(directory)
  cpSync(MIGRATIONS, directory, { recursive: true })
  return directory
}
function addMigration(directory: string, name: string, sql: string): void {
  mkdirSync(join(directory, name), { recursive: true })
  writeFileSync(join(directory, name, 'migration.sql'), sql)
}
const query = <T>(database: Database, sql: string) =>
  database.withScripts((connection) => connection.query<T>(sql))

/** Tables that hold no client's data: the practice, its people, their sign-ins, and the form catalogue. */
const NOT_OF_A_CLIENT = [
  '_prisma_migrations',
  'appointment_slot',
  'audit_lane',
  'data_key_rotation',
  'device',
  'ehr_account',
  'ehr_delivery',
  'ehr_feed',
  'ehr_webhook',
  'escrow_key',
  'file_removal',
  'form',
  'form_version',
  'kiosk_practice',
  'kiosk_tablet',
  'login_throttle',
  'message_template',
  'notice_block',
  'notification',
  'one_time_code',
  'outbox',
  'passkey',
  'payment_customer',
  'payment_event',
  'portal_account',
  'practice',
  'push_key',
  'push_subscription',
  'recovery_code',
  'session',
  'spent_challenge',
  'terms_acceptance',
  'totp_factor',
]

describeOverDatabases('migrations', (open) => {
  afterAll(() => {
    for (const directory of directories) rmSync(directory, { recursive: true, force: true })
  })

  it('a fresh database gets all of them, a second run none, two at once one set', async () => {
    const database = await open()
    const [first, second] = await Promise.all([migrate(database, MIGRATIONS), migrate(database, MIGRATIONS)])
    const all = readdirSync(MIGRATIONS, { withFileTypes: true }).filter((entry) => entry.isDirectory())
    expect([...first.applied, ...second.applied]).toEqual(all.map(({ name }) => name).sort())
    expect((await migrate(database, MIGRATIONS)).applied).toEqual([])
  })

  it('every table of a client’s data has a primary key that leads with client_id', async () => {
    const database = await open()
    await migrate(database, MIGRATIONS)
    const keys = await query<{ name: string; first: string | null }>(
      database,
      `SELECT t.table_name AS name, (SELECT k.column_name FROM information_schema.table_constraints c
         JOIN information_schema.key_column_usage k USING (constraint_schema, constraint_name, table_name)
         WHERE c.table_schema = t.table_schema AND c.table_name = t.table_name
           AND c.constraint_type = 'PRIMARY KEY' AND k.ordinal_position = 1) AS first
       FROM information_schema.tables t WHERE t.table_schema = 'portal' ORDER BY 1`,
    )
    expect(keys.filter(({ first }) => first !== 'client_id').map(({ name }) => name)).toEqual(NOT_OF_A_CLIENT)
    expect(keys.length).toBeGreaterThan(25)
  })

  it('the Prisma schema and the SQL describe the same columns and keys', async () => {
    const database = await open()
    await migrate(database, MIGRATIONS)
    const columns = await query<{ name: string }>(
      database,
      `SELECT format('%s.%s %s%s', table_name, column_name, udt_name, CASE is_nullable WHEN 'YES' THEN '?' ELSE '' END) AS name
       FROM information_schema.columns WHERE table_schema = 'portal' AND table_name <> '_prisma_migrations'`,
    )
    expect(columns.map(({ name }) => name).sort()).toEqual(columnsOfPrismaSchema())
  })

  it('a migration edited after it was applied is refused by name', async () => {
    const database = await open()
    const directory = copyOfMigrations()
    addMigration(directory, '20990101000000_more', 'CREATE TABLE portal.more (id INTEGER PRIMARY KEY);')
    await migrate(database, directory)
    addMigration(directory, '20990101000000_more', 'CREATE TABLE portal.more (id BIGINT PRIMARY KEY);')
    await expect(migrate(database, directory)).rejects.toThrow('20990101000000_more was edited')
  })

  it('a migration that fails leaves nothing, says why, and can be mended', async () => {
    const database = await open()
    const directory = copyOfMigrations()
    addMigration(directory, '20990101000000_bad', 'CREATE TABLE portal.half (id INTEGER); SELECT nonsense;')
    await expect(migrate(database, directory)).rejects.toThrow(/20990101000000_bad failed .*nonsense/)
    const tables = await query(database, `SELECT 1 FROM information_schema.tables WHERE table_name = 'half'`)
    expect(tables).toEqual([])
    addMigration(directory, '20990101000000_bad', 'CREATE TABLE portal.half (id INTEGER);')
    expect((await migrate(database, directory)).applied).toEqual(['20990101000000_bad'])
  })

  it('a database of a newer version, or with a migration that failed half-way, is refused', async () => {
    const database = await open()
    const directory = copyOfMigrations()
    addMigration(directory, '20990101000000_future', 'CREATE TABLE portal.future (id INTEGER);')
    await migrate(database, directory)
    await expect(migrate(database, MIGRATIONS)).rejects.toThrow('newer version')
    await query(
      database,
      `UPDATE portal._prisma_migrations SET finished_at = NULL WHERE migration_name LIKE '%_future'`,
    )
    await expect(migrate(database, directory)).rejects.toThrow('failed half-way')
  })
})

const TYPES: { readonly [type: string]: string } = {
  String: 'text',
  Int: 'int4',
  BigInt: 'int8',
  Boolean: 'bool',
  DateTime: 'timestamptz',
  Bytes: 'bytea',
  Json: 'jsonb',
}

/** `table.column type?` of every scalar field, read from the text of schema.prisma. */
function columnsOfPrismaSchema(): string[] {
  const text = readFileSync(join(MIGRATIONS, '../schema.prisma'), 'utf8')
  return [...text.matchAll(/^model \w+ \{\n(.*?)^\}/gms)]
    .flatMap(([, body = '']) => {
      const table = /@@map\("(\w+)"\)/.exec(body)?.[1]
      return [...body.matchAll(/^ {2}(\w+) +(\w+)(\[\])?(\?)?(?= |$)(.*)$/gm)].flatMap(
        ([, field, type = '', list, optional = '', rest = '']) => {
          const known = rest.includes('@db.Uuid') ? 'uuid' : rest.includes('@db.Date') ? 'date' : TYPES[type]
          const column = /@map\("(\w+)"\)/.exec(rest)?.[1] ?? field
          const of = list === undefined ? '' : '_'
          return known === undefined ? [] : [`${table}.${column} ${of}${known}${optional}`]
        },
      )
    })
    .sort()
}
