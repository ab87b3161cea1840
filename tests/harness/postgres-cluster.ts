/**
 * A real Postgres of a test's own: a data directory, a fixed loopback port, and a server over it that can be killed
 * without warning, stopped and started again. Gone with the process that made it, however that ends.
 */
import { type ChildProcess, execFileSync, type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { ensurePostgres } from '../tools/find-programs.mjs'
import { freePort } from './free-port.ts'

export interface PostgresCluster extends AsyncDisposable {
  /** URL of its administration database. */
  readonly adminUrl: string
  readonly directory: string
  /** Resolves when it takes connections, crash recovery included. Rejects with its last words when it ends instead. */
  start(): Promise<void>
  /** SIGKILL to the server and every process of it: what is not on the disk by now never will be. */
  kill(): Promise<void>
  /** SIGKILL to one process that serves a connection: Postgres ends all others and recovers by itself. */
  killBackend(choose: (candidates: number) => number): void
  /** An ordinary fast shutdown: connections are ended with a word. */
  stop(): Promise<void>
}

export interface ClusterOptions {
  /** Default: a new one below the system's temporary directory; its contents are removed at the end. */
  readonly directory?: string
  readonly settings?: Readonly<Record<string, string | number>>
  /** A data directory to copy instead of making an empty one. */
  readonly template?: string
}

/**
 * Runs the server until this process is gone, however it ends: its end of the pipe closes then, even after SIGKILL.
 * `$0` is the directory, removed only then: a server that was stopped or killed may be started again over it.
 */
const UNTIL_STDIN_CLOSES = `
exec 3<&0
"$@" 3<&- &
server=$!
echo $server
(
  cat > /dev/null
  kill -QUIT $server 2> /dev/null || exit
  while kill -0 $server 2> /dev/null; do sleep 0.1; done
  rm -rf "$0"
) <&3 > /dev/null 2>&1 &
exec 3<&- < /dev/null
wait $server`

export async function createCluster(options: ClusterOptions = {}): Promise<PostgresCluster> {
  const bin = ensurePostgres()
  const directory = options.directory ?? mkdtempSync(join(tmpdir(), 'portal-postgres-'))
  const data = join(directory, 'data')
  const port = await freePort()
  const asPostgres = process.getuid?.() === 0
  if (asPostgres) execFileSync('chown', ['postgres', directory])
  chmodSync(directory, 0o700)
  const user = (command: string, args: readonly string[]): [string, string[]] =>
    asPostgres
      ? ['setpriv', ['--reuid=postgres', '--regid=postgres', '--init-groups', command, ...args]]
      : [command, [...args]]
  const init = ['-D', data, '-U', 'portal', '--auth=trust', '-E', 'UTF8', '--locale=C', '--no-sync']
  if (options.template === undefined)
    expectSuccess('initdb', spawnSync(...user(join(bin, 'initdb'), init), { cwd: directory }))
  // With its owner and modes, which Postgres insists on.
  else execFileSync('cp', ['-a', options.template, data])
  const settings = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: directory,
    max_connections: 200,
    timezone: 'UTC',
    ...options.settings,
  }
  const adminUrl = `postgresql://portal@127.0.0.1:${port}/postgres`
  let shell: ChildProcess | undefined
  let postmaster = 0
  let said = ''

  const ended = () => shell === undefined || shell.exitCode !== null || shell.signalCode !== null
  const gone = async () => {
    const closing = shell
    // Otherwise nothing might keep this process awake until then.
    closing?.ref()
    if (closing !== undefined && !ended()) await new Promise((resolve) => closing.once('exit', resolve))
    shell = undefined
  }
  const stop = async () => {
    if (ended()) return
    process.kill(postmaster, 'SIGINT')
    await gone()
  }
  return {
    adminUrl,
    directory,
    async start() {
      const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
      const [command, args] = user(join(bin, 'postgres'), ['-D', data, ...flags])
      const started = spawn('sh', ['-c', UNTIL_STDIN_CLOSES, directory, command, ...args], {
        cwd: directory,
        stdio: ['pipe', 'pipe', 'pipe'],
      })
      shell = started
      said = ''
      started.stderr.on('data', (chunk) => {
        said = (said + chunk).slice(-4_000)
      })
      postmaster = await new Promise<number>((resolve) =>
        started.stdout.once('data', (line) => resolve(Number(String(line)))),
      )
      started.unref()
      for (const stream of [started.stdin, started.stdout, started.stderr])
        if (stream instanceof Socket) stream.unref()
      await untilReady(adminUrl, () => {
        if (ended()) throw new Error(`Postgres ended:\n${said}`)
      })
    },
    async kill() {
      // Its processes are leaders of groups of their own; one that survived could still commit.
      const all = [postmaster, ...childrenOf(postmaster)]
      process.kill(postmaster, 'SIGSTOP')
      for (const pid of [...new Set([...all, ...childrenOf(postmaster)])].reverse()) killOne(pid)
      await gone()
      await untilNone(() => all.filter(isAlive).length)
    },
    killBackend(choose) {
      // One that was just forked still has the server's own title, with the directory's name: it may be the recovery itself.
      const backends = childrenOf(postmaster).filter((pid) => /^postgres: .*\bportal\b/.test(titleOf(pid)))
      const chosen = backends[choose(backends.length)]
      if (chosen !== undefined) killOne(chosen)
    },
    stop,
    async [Symbol.asyncDispose]() {
      if (!ended()) process.kill(postmaster, 'SIGQUIT')
      await gone()
      rmSync(data, { recursive: true, force: true })
      if (options.directory === undefined) rmSync(directory, { recursive: true, force: true })
    },
  }
}

function killOne(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It went by itself.
  }
}

function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)
  } catch {
    return []
  }
}

/** A process that nobody has waited for yet is a zombie, not alive. */
function isAlive(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3) !== 'Z'
  } catch {
    return false
  }
}

function titleOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return ''
  }
}

async function untilNone(count: () => number): Promise<void> {
  while (count() > 0) await new Promise((resolve) => setTimeout(resolve, 10))
}

function expectSuccess(what: string, { status, stderr }: SpawnSyncReturns<Buffer>): void {
  if (status !== 0) throw new Error(`${what} failed: ${stderr?.toString() ?? 'could not be started'}`)
}

export async function withClient<T>(url: string, run: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(url)
  // A server that dies tells so here too; the query's own failure is what counts.
  client.on('error', () => undefined)
  await client.connect()
  try {
    return await run(client)
  } finally {
    await client.end().catch(() => undefined)
  }
}

async function untilReady(url: string, check: () => void): Promise<void> {
  const deadline = Date.now() + 60_000
  for (;;) {
    try {
      return await withClient(url, async (client) => void (await client.query('SELECT 1')))
    } catch (error) {
      check()
      if (Date.now() > deadline) throw error
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
}
