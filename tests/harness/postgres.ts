/**
 * A throw-away real Postgres for a test run: started on the first use in a process, listening on a free loopback port,
 * gone with the process.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createCluster, withClient } from './postgres-cluster.ts'
import { DEMO_DATABASE, templateOf } from './templates.ts'

export interface PostgresDatabase {
  readonly url: string
  /** Ends every connection to it. */
  drop(): Promise<void>
}

/** The only role of this server that has to give a password; a test that needs it makes it. */
export const ROLE_WITH_PASSWORD = 'with_password'

const running = new Map<boolean, Promise<string>>()
let databases = 0

/**
 * A fresh database on a server of this process: empty, or with the `demo` practice of the template, whose secrets its
 * server needs. `durable`: commits wait for the disk, as they must in earnest.
 */
export async function postgresDatabase({ durable = false, demo = false } = {}): Promise<PostgresDatabase> {
  const starting = running.get(durable) ?? startPostgres(durable)
  running.set(durable, starting)
  const admin = await starting
  databases += 1
  const name = `suite_${process.pid}_${databases}`
  const from = demo ? ` TEMPLATE ${DEMO_DATABASE}` : ''
  await withClient(admin, (client) => client.query(`CREATE DATABASE ${name}${from}`))
  return {
    url: admin.replace(/postgres$/, name),
    drop: () =>
      withClient(admin, async (client) => void (await client.query(`DROP DATABASE ${name} WITH (FORCE)`))),
  }
}

/** URL of its administration database. */
async function startPostgres(durable: boolean): Promise<string> {
  const template = join(await templateOf('postgres-demo'), 'data')
  const cluster = await createCluster({ template, settings: { fsync: durable ? 'on' : 'off' } })
  const rules = join(cluster.directory, 'data', 'pg_hba.conf')
  const strict = `host all ${ROLE_WITH_PASSWORD} 127.0.0.1/32 scram-sha-256\n`
  writeFileSync(rules, strict + readFileSync(rules, 'utf8'))
  await cluster.start()
  return cluster.adminUrl
}
