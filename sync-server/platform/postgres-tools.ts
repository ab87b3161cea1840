/** PostgreSQL's own programs: what they write is what every administrator and every later version can read. */
import { spawn } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { StartError } from './start-error.ts'

type Tool = 'pg_dump' | 'pg_restore' | 'psql'
export interface RunningTool {
  readonly input: Writable
  readonly output: Readable
  /** Rejects with a StartError that says what the program said. */
  readonly done: Promise<void>
  /** At once, and nothing that it was in the middle of is done. */
  kill(): void
}

/** `folders`: where they are looked for, Debian's own before. */
export function runPostgresTool(
  tool: Tool,
  args: readonly string[],
  { url, folders }: { readonly url: string | undefined; readonly folders: readonly string[] },
): RunningTool {
  const program = findTool(tool, folders)
  const child = spawn(program, args, {
    // The password in the environment, for what is in the arguments every user of the machine can read.
    env: { PATH: folders.join(delimiter), LC_ALL: 'C', ...(url === undefined ? {} : connectionOf(url)) },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let said = ''
  child.stderr.on('data', (chunk) => {
    said = (said + chunk).slice(-4_000)
  })
  child.stdin.on('error', () => undefined)
  const done = new Promise<void>((resolve, reject) => {
    child.on('error', (error) => reject(new StartError(`${tool} cannot be run: ${error.message}`)))
    child.on('close', (code) => {
      if (code === 0) resolve()
      else reject(new StartError(`${tool} failed: ${said.trim().split('\n')[0] ?? `exit code ${code}`}`))
    })
  })
  return { input: child.stdin, output: child.stdout, done, kill: () => void child.kill('SIGKILL') }
}

function connectionOf(connection: string): Record<string, string> {
  const url = new URL(connection)
  const given: Record<string, string | null> = {
    PGHOST: url.searchParams.get('host') ?? url.hostname,
    PGPORT: url.port,
    PGUSER: decodeURIComponent(url.username),
    PGPASSWORD: decodeURIComponent(url.password),
    PGDATABASE: decodeURIComponent(url.pathname.slice(1)),
    PGSSLMODE: url.searchParams.get('sslmode'),
    PGSSLROOTCERT: url.searchParams.get('sslrootcert'),
  }
  return Object.fromEntries(
    Object.entries(given).filter((entry): entry is [string, string] => entry[1] !== null && entry[1] !== ''),
  )
}

function findTool(tool: Tool, folders: readonly string[]): string {
  const debian = '/usr/lib/postgresql'
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : []
  // Debian's newest first: an older one refuses to read a newer server.
  const places = [...versions.map((version) => join(debian, version, 'bin')), ...folders].map((each) =>
    join(each, tool),
  )
  const found = places.find((place) => existsSync(place))
  if (found === undefined)
    throw new StartError(
      `${tool} was not found. Install PostgreSQL's client programs (Debian: postgresql-client), of the version of the server or newer, and have their folder on the PATH.`,
    )
  return found
}
