/**
 * The database behind Prisma: real Postgres, or PGlite in a directory or in memory. Both get the same migrations.
 * Inside a transaction only its own client may be used: on PGlite a query outside waits for the open transaction.
 */
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'
import { PrismaPGlite } from 'pglite-prisma-adapter'
import { type Prisma, PrismaClient } from '../../prisma/generated/client.ts'
import { APP_ROLE, canActAsApp, makeAppRole } from './app-role.ts'
import {
  askPGlite,
  askPool,
  DIRECT_SETTINGS,
  type DirectTransaction,
  directOverPGlite,
  directOverPool,
  STATEMENT_MS,
} from './direct-sql.ts'
import { type DirectoryLock, lockDirectory } from './directory-lock.ts'
import { endWithDatabase, isDiskFull } from './embedded-death.ts'
import { createPool } from './postgres-pool.ts'
import { StartError } from './start-error.ts'

export type Transaction = Prisma.TransactionClient
export type { DirectTransaction, SqlTransaction } from './direct-sql.ts'

/** A single connection that takes scripts of many statements: for migrations and tests only. */
export interface ScriptConnection {
  exec(script: string): Promise<void>
  query<T>(sql: string, values?: readonly unknown[]): Promise<T[]>
}

export interface Database extends AsyncDisposable {
  readonly kind: 'postgres' | 'pglite'
  readonly prisma: PrismaClient
  /** Read committed; rolled back when `run` throws. Waits up to 20 s for a connection, runs up to 60 s. */
  transaction<T>(run: (tx: Transaction) => Promise<T>): Promise<T>
  /** The same without Prisma, for what every keystroke costs. A statement may take 60 s. */
  direct<T>(run: (tx: DirectTransaction) => Promise<T>): Promise<T>
  /** One statement outside any transaction. */
  ask<T>(text: TemplateStringsArray, ...values: readonly unknown[]): Promise<T>
  /** As the owner of the tables; everything else acts as the application's role. */
  withScripts<T>(run: (connection: ScriptConnection) => Promise<T>): Promise<T>
  /** The role that the application acts as; null where the owner may not make it. */
  readonly appRole: string | null
  /** From now on nobody is the owner but scripts; once there is something to use. */
  becomeApp(): Promise<void>
  close(): Promise<void>
}

export interface DatabaseOptions {
  /** postgresql://… of a real Postgres; wins over `dataDir`. */
  readonly url?: string | undefined
  /** The same database as the owner of its tables; default: `url`. */
  readonly ownerUrl?: string | undefined
  /** Directory of the embedded database; neither this nor `url` means in memory. */
  readonly dataDir?: string | undefined
  /** Connections to a real Postgres for everything but `direct`, which has `DIRECT_CONNECTIONS` of its own. */
  readonly poolSize?: number
}

/** Two groups of pushes, up to four writers that wait for a lock, and readers. */
const DIRECT_CONNECTIONS = 10

/** Throws StartError with one line for people when the database cannot be reached, is in use, or is not readable. */
export function openDatabase(options: DatabaseOptions): Promise<Database> {
  return options.url === undefined
    ? openEmbedded(options.dataDir)
    : openPostgres(options.url, options.ownerUrl ?? options.url, options.poolSize)
}

async function openPostgres(url: string, ownerUrl: string, poolSize = 10): Promise<Database> {
  let appRole: string | null
  try {
    appRole = await appRoleOf(url, ownerUrl)
  } catch (error) {
    throw new StartError(
      `The database in DATABASE_URL cannot be used: ${passwordReason(error) ?? reason(error)}`,
    )
  }
  // Given with the start of each connection: there is no moment in which it is the owner's.
  const asApp = appRole === null ? '' : `-c role=${appRole}`
  const pool = createPool(url, poolSize, { options: asApp })
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool) })
  const direct = createPool(url, DIRECT_CONNECTIONS, {
    pipeline: true,
    query_timeout: STATEMENT_MS,
    options: `${DIRECT_SETTINGS} ${asApp}`,
  })
  return database('postgres', prisma, {
    direct: (run) => directOverPool(direct, run),
    ask: askPool(direct),
    // Of its own: a migration may take longer than a request, and wait longer for another server's.
    withScripts: (run) => withConnection(ownerUrl, run),
    appRole,
    becomeApp: async () => undefined,
    close: async () => void (await Promise.all([pool.end(), direct.end()])),
  })
}

async function appRoleOf(url: string, ownerUrl: string): Promise<string | null> {
  const [me] = await withConnection(url, ({ query }) =>
    query<{ name: string }>('SELECT current_user AS name'),
  )
  await withConnection(ownerUrl, (owner) => makeAppRole(owner, me?.name ?? ''))
  return (await withConnection(url, canActAsApp)) ? APP_ROLE : null
}

async function withConnection<T>(url: string, run: (connection: ScriptConnection) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 })
  client.on('error', () => undefined)
  try {
    await client.connect()
    return await run({
      exec: async (script) => void (await client.query(script)),
      query: async <T>(sql: string, values: readonly unknown[] = []) =>
        (await client.query(sql, [...values])).rows as T[],
    })
  } finally {
    await client.end()
  }
}

async function openEmbedded(dataDir: string | undefined): Promise<Database> {
  const lock = dataDir === undefined ? undefined : lockDirectory(dataDir)
  let pglite: PGlite
  try {
    pglite = dataDir === undefined ? await PGlite.create() : await openDirectory(dataDir)
  } catch (error) {
    lock?.release()
    throw error
  }
  const prisma = new PrismaClient({ adapter: new PrismaPGlite(pglite) })
  const connection: ScriptConnection = {
    exec: async (script) => void (await pglite.exec(script)),
    query: async <T>(sql: string, values: readonly unknown[] = []) =>
      (await pglite.query<T>(sql, [...values])).rows,
  }
  try {
    await makeAppRole(connection, 'postgres')
  } catch (error) {
    await closeEmbedded(pglite, lock)
    throw error
  }
  // One session for everybody: scripts queue up, because locks of a session do not exclude itself.
  let last: Promise<unknown> = Promise.resolve()
  let isApp = false
  const asOwner = async <T>(run: () => Promise<T>): Promise<T> => {
    if (!isApp) return run()
    await pglite.exec('RESET ROLE')
    try {
      return await run()
    } finally {
      if (!pglite.closed) await pglite.exec(`SET ROLE ${APP_ROLE}`)
    }
  }
  return database('pglite', prisma, {
    direct: (run) => pglite.transaction(directOverPGlite(run)),
    ask: askPGlite(pglite),
    withScripts(run) {
      const mine = last.then(() => asOwner(() => run(connection)))
      last = mine.catch(() => undefined)
      return mine
    },
    appRole: APP_ROLE,
    async becomeApp() {
      isApp = true
      await pglite.exec(`SET ROLE ${APP_ROLE}`)
    },
    close: async () => closeEmbedded(pglite, lock),
  })
}

async function closeEmbedded(pglite: PGlite, lock: DirectoryLock | undefined): Promise<void> {
  try {
    await pglite.close()
  } finally {
    lock?.release()
  }
}

/** Major version of Postgres inside the embedded database; directories of another one cannot be opened. */
const EMBEDDED_MAJOR = 18

async function openDirectory(dataDir: string): Promise<PGlite> {
  const versionFile = join(dataDir, 'PG_VERSION')
  if (existsSync(versionFile)) {
    const version = Number.parseInt(readFileSync(versionFile, 'utf8'), 10)
    if (version !== EMBEDDED_MAJOR)
      throw new StartError(
        `The data in ${dataDir} was written by ${version > EMBEDDED_MAJOR ? 'a newer' : 'an older'} version (Postgres ${version}, this one reads ${EMBEDDED_MAJOR}).`,
      )
  }
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    // Before it is opened: it would not come back from an attempt to recover without room for it.
    if (isDiskFull(dataDir)) throw new Error('the disk is full.')
    const pglite = await PGlite.create({ dataDir })
    endWithDatabase(pglite, dataDir, endProcess)
    return pglite
  } catch (error) {
    throw new StartError(`The data in ${dataDir} cannot be opened: ${reason(error)}`)
  }
}

function database(
  kind: Database['kind'],
  prisma: PrismaClient,
  driver: Pick<Database, 'withScripts' | 'direct' | 'ask' | 'close' | 'appRole' | 'becomeApp'>,
): Database {
  let closing: Promise<void> | undefined
  const close = () => {
    if (closing === undefined) closing = prisma.$disconnect().then(driver.close)
    return closing
  }
  return {
    kind,
    prisma,
    transaction: (run) => prisma.$transaction(run, { maxWait: 20_000, timeout: 60_000 }),
    direct: driver.direct,
    ask: driver.ask,
    withScripts: driver.withScripts,
    appRole: driver.appRole,
    becomeApp: driver.becomeApp,
    close,
    [Symbol.asyncDispose]: close,
  }
}

/** From here nothing may be asked of the database again, not even to roll back. */
function endProcess(line: string): never {
  console.error(line)
  process.exit(1)
}

/** In words of the operator: the driver says it in those of its protocol. */
function passwordReason(error: unknown): string | undefined {
  const { code, message } = error instanceof Error ? (error as NodeJS.ErrnoException) : {}
  if (code === '28P01') return 'the password is wrong.'
  return message?.includes('client password must be a') ? 'it needs a password.' : undefined
}

/** The embedded database's file layer throws objects that are no errors, with numbers of WASI. */
const WASI: { readonly [errno: number]: string } = {
  2: 'this user may not write there.',
  19: 'the disk quota is used up.',
  51: 'the disk is full.',
  69: 'it is on a read-only file system.',
}

function reason(error: unknown): string | undefined {
  if (error instanceof Error) return (error.message || String(error)).split('\n')[0]
  const errno: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'errno') : undefined
  return typeof errno === 'number' ? (WASI[errno] ?? `file error ${errno}.`) : String(error).split('\n')[0]
}
