/**
 * A throw-away real Postgres for a test run: started on the first use in a process, listening on a free loopback port,
 * gone with the process.
 */
import { execFileSync, type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { ensurePostgres } from '../tools/find-programs.mjs'

export interface PostgresDatabase {
  readonly url: string
  /** Ends every connection to it. */
  drop(): Promise<void>
}

/** The only role of this server that has to give a password; a test that needs it makes it. */
export const ROLE_WITH_PASSWORD = 'with_password'

let running: Promise<string> | undefined
let databases = 0

/** A fresh, empty database on the server of this process. */
export async function postgresDatabase(): Promise<PostgresDatabase> {
  running ??= startPostgres()
  const admin = await running
  databases += 1
  const name = `suite_${process.pid}_${databases}`
  await withClient(admin, (client) => client.query(`CREATE DATABASE ${name}`))
  return {
    url: admin.replace(/postgres$/, name),
    drop: () =>
      withClient(admin, async (client) => void (await client.query(`DROP DATABASE ${name} WITH (FORCE)`))),
  }
}

/**
 * Runs the server until this process is gone, however it ends: its end of the pipe closes then, even after SIGKILL.
 * `$0` is the directory. Immediate shutdown, because the data is thrown away.
 */
const UNTIL_STDIN_CLOSES = `
"$@" &
server=$!
cat > /dev/null
kill -QUIT $server
wait $server
rm -rf "$0"`

/** URL of its administration database. */
async function startPostgres(): Promise<string> {
  const bin = ensurePostgres()
  const directory = mkdtempSync(join(tmpdir(), 'portal-postgres-'))
  const port = await freePort()
  const asPostgres = process.getuid?.() === 0
  if (asPostgres) execFileSync('chown', ['postgres', directory])
  const data = join(directory, 'data')
  const user = (command: string, args: readonly string[]): [string, string[]] =>
    asPostgres
      ? ['setpriv', ['--reuid=postgres', '--regid=postgres', '--init-groups', command, ...args]]
      : [command, [...args]]
  const initialised = spawnSync(
    ...user(join(bin, 'initdb'), [
      '-D',
      data,
      '-U',
      'portal',
      '--auth=trust',
      '-E',
      'UTF8',
      '--locale=C',
      '--no-sync',
    ]),
    { cwd: directory },
  )
  expectSuccess('initdb', initialised)
  const rules = join(data, 'pg_hba.conf')
  const strict = `host all ${ROLE_WITH_PASSWORD} 127.0.0.1/32 scram-sha-256\n`
  writeFileSync(rules, strict + readFileSync(rules, 'utf8'))
  const options = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: directory,
    max_connections: 200,
    fsync: 'off',
    timezone: 'UTC',
  }
  const settings = Object.entries(options).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const [command, args] = user(join(bin, 'postgres'), ['-D', data, ...settings])
  const server = spawn('sh', ['-c', UNTIL_STDIN_CLOSES, directory, command, ...args], {
    cwd: directory,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  server.unref()
  if (server.stdin instanceof Socket) server.stdin.unref()
  const admin = `postgresql://portal@127.0.0.1:${port}/postgres`
  await untilReady(admin, () => server.exitCode !== null)
  return admin
}

function expectSuccess(what: string, { status, stderr }: SpawnSyncReturns<Buffer>): void {
  if (status !== 0) throw new Error(`${what} failed: ${stderr?.toString() ?? 'could not be started'}`)
}

async function withClient<T>(url: string, run: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    return await run(client)
  } finally {
    await client.end()
  }
}

async function untilReady(url: string, ended: () => boolean): Promise<void> {
  const deadline = Date.now() + 30_000
  for (;;) {
    try {
      return await withClient(url, async (client) => void (await client.query('SELECT 1')))
    } catch (error) {
      if (ended() || Date.now() > deadline) throw error
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error('No port.')),
      )
    })
  })
}
