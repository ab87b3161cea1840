/**
 * What most tests start from, made once and then copied: initialising a database and making the demo practice costs
 * seconds, a copy costs a tenth of one. A template belongs to the sources it was made from and to the day; whoever
 * needs it first makes it while the others wait.
 */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { readConfig } from '../../sync-server/config.ts'
import { Portal } from '../../sync-server/context.ts'
import { lockDirectory } from '../../sync-server/platform/directory-lock.ts'
import { createCluster, withClient } from './postgres-cluster.ts'

const ROOT = join(import.meta.dirname, '../..')
const KEPT = join(ROOT, 'node_modules/.cache/portal-templates')
const SOURCES = ['sync-server', 'shared', 'prisma', 'tests/harness']

/** Of the Postgres template: the database that holds the demo practice. */
export const DEMO_DATABASE = 'demo'

const TEMPLATES = {
  /** Directory of an embedded database without any table. */
  'embedded-empty': async (directory: string) => (await PGlite.create({ dataDir: directory })).close(),
  /** Data directory of a server with the embedded database: the demo practice and the secrets. */
  'embedded-demo': (directory: string) => makeDemo(directory),
  /** `data`: a Postgres with the demo practice in DEMO_DATABASE; `secrets`: data directory of a server over it. */
  'postgres-demo': async (directory: string) => {
    // Not below the repository: its Postgres runs as a user of its own, who may not be let in there.
    await using cluster = await createCluster({ settings: { fsync: 'off' } })
    await cluster.start()
    const secrets = join(directory, 'secrets')
    await withClient(cluster.adminUrl, (client) => client.query(`CREATE DATABASE ${DEMO_DATABASE}`))
    await makeDemo(secrets, cluster.adminUrl.replace(/postgres$/, DEMO_DATABASE))
    await cluster.stop()
    copy(join(cluster.directory, 'data'), join(directory, 'data'))
  },
} as const

export type TemplateName = keyof typeof TEMPLATES

const made = new Map<TemplateName, Promise<string>>()

/** The template's directory: to be copied, never to be opened. */
export function templateOf(name: TemplateName): Promise<string> {
  const known = made.get(name) ?? findOrMake(name)
  made.set(name, known)
  return known
}

/** Owners, modes and times as they were. */
export function copy(from: string, to: string): void {
  execFileSync('cp', ['-a', from, to])
}

/** A new directory below the system's temporary one, with what is in `from`. */
export function copyToTemporary(from: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'portal-test-'))
  copy(`${from}/.`, directory)
  return directory
}

async function findOrMake(name: TemplateName): Promise<string> {
  const directory = join(KEPT, `${name}-${fingerprint(name === 'embedded-empty' ? [] : SOURCES)}`)
  if (existsSync(directory)) return directory
  mkdirSync(KEPT, { recursive: true })
  const lock = await lockWhenFree(join(KEPT, name))
  try {
    if (existsSync(directory)) return directory
    for (const old of readdirSync(KEPT))
      if (old.startsWith(`${name}-`)) rmSync(join(KEPT, old), { recursive: true, force: true })
    const unfinished = join(KEPT, `${name}-unfinished`)
    mkdirSync(unfinished)
    await TEMPLATES[name](unfinished)
    renameSync(unfinished, directory)
    return directory
  } finally {
    lock.release()
  }
}

async function makeDemo(dataDir: string, databaseUrl?: string): Promise<void> {
  const portal = await Portal.start(
    readConfig({
      PORT: '0',
      PORTAL_DATA_DIR: dataDir,
      PORTAL_LOG_LEVEL: 'error',
      ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
    }),
  )
  await portal.close()
}

async function lockWhenFree(path: string): Promise<ReturnType<typeof lockDirectory>> {
  const deadline = Date.now() + 120_000
  for (;;)
    try {
      return lockDirectory(path)
    } catch (error) {
      if (Date.now() > deadline) throw error
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
}

/** Of today, because the demo practice has appointments in the days around its making. */
function fingerprint(sources: readonly string[]): string {
  const hash = createHash('sha256').update(`${process.version} ${new Date().toISOString().slice(0, 10)}`)
  hash.update(readFileSync(join(ROOT, 'package-lock.json')))
  for (const source of sources)
    for (const path of filesBelow(join(ROOT, source))) hash.update(path).update(readFileSync(path))
  return hash.digest('hex').slice(0, 16)
}

function filesBelow(path: string): string[] {
  const entries = readdirSync(path, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.test.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !file.includes('/generated/'))
    .sort()
}
