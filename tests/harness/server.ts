/**
 * Real servers for tests: in this process (`startPortal`) or as a process of its own that can be killed
 * (`spawnServer`). Both listen on a free port and are disposed with `await using` or `close()`.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { readConfig } from '../../sync-server/config.ts'
import { Portal, type PortalOptions } from '../../sync-server/context.ts'
import { createDatabase, type DatabaseKind } from './database.ts'

export interface StartOptions extends PortalOptions {
  /** Whose copy of the demo practice it serves, when neither of the two below says where the data are. Default: pglite. */
  readonly database?: DatabaseKind
  /** Directory of the embedded database, to start again over the same data. */
  readonly dataDir?: string
  /** An existing Postgres database, to start again over the same data. */
  readonly databaseUrl?: string
  readonly port?: number
  readonly environment?: Readonly<Record<string, string>>
}

export interface RunningPortal extends AsyncDisposable {
  readonly url: string
  readonly port: number
  readonly portal: Portal
  close(): Promise<void>
}

export async function startPortal(options: StartOptions = {}): Promise<RunningPortal> {
  const fresh =
    options.dataDir === undefined && options.databaseUrl === undefined
      ? await createDatabase(options.database ?? 'pglite')
      : undefined
  const databaseUrl = options.databaseUrl ?? fresh?.databaseUrl
  const config = readConfig({
    PORT: String(options.port ?? 0),
    PORTAL_DATA_DIR: options.dataDir ?? fresh?.dataDir ?? 'memory:',
    PORTAL_LOG_LEVEL: 'error',
    ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
    ...options.environment,
  })
  const portal = await Portal.start(config, options)
  const close = async () => {
    await portal.close()
    await fresh?.dispose()
  }
  return { url: portal.url, port: portal.port, portal, close, [Symbol.asyncDispose]: close }
}

export interface SpawnOptions {
  /** A deployment of its own (see deployment.ts) instead of this repository's build. */
  readonly root?: string
  /** Default, without a database URL: a copy of the demo practice. */
  readonly dataDir?: string
  readonly databaseUrl?: string
  readonly port?: number
  /** Run it as this user; only root can. */
  readonly uid?: number
  readonly environment?: Readonly<Record<string, string>>
}
export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}
export interface SpawnedServer extends AsyncDisposable {
  readonly url: string
  readonly port: number
  readonly process: ChildProcess
  readonly dataDir: string
  readonly exited: Promise<Exit>
  output(): string
  kill(signal?: NodeJS.Signals): Promise<Exit>
}

/** Starts the bundled server as `npm start` does (bundling it first if sources changed) and waits until it is ready. */
export async function spawnServer(options: SpawnOptions = {}): Promise<SpawnedServer> {
  const temporary =
    options.dataDir === undefined
      ? await createDatabase('pglite', { empty: options.databaseUrl !== undefined })
      : undefined
  const dataDir = options.dataDir ?? temporary?.dataDir ?? ''
  const run = await runServer({ ...options, dataDir })
  const ready = /MentalSpace Portal: (http\S+:(\d+))/
  const up = await run.printed(ready)
  const match = ready.exec(run.stdout())
  if (!up || match === null) {
    const exit = await run.exited
    throw new Error(`The server did not start (exit ${exit.code}):\n${run.stdout()}\n${run.stderr()}`)
  }
  const kill = (signal: NodeJS.Signals = 'SIGKILL') => {
    run.process.kill(signal)
    return run.exited
  }
  return {
    url: match[1] ?? '',
    port: Number(match[2]),
    process: run.process,
    dataDir,
    exited: run.exited,
    output: () => run.stdout() + run.stderr(),
    kill,
    [Symbol.asyncDispose]: async () => {
      await kill('SIGTERM')
      await temporary?.dispose()
    },
  }
}

export interface ServerRun {
  readonly process: ChildProcess
  readonly exited: Promise<Exit>
  stdout(): string
  stderr(): string
  /** True as soon as stdout matches; false when the process ended without. */
  printed(pattern: RegExp): Promise<boolean>
}

/** Runs the server's process without waiting for it: for tests of how it starts and how it refuses to. */
export async function runServer(options: SpawnOptions): Promise<ServerRun> {
  await bundleServer()
  const child = spawn(process.execPath, [join(options.root ?? '', 'dist/server/main.mjs')], {
    env: {
      PATH: process.env.PATH ?? '',
      PORT: String(options.port ?? 0),
      ...(options.dataDir === undefined ? {} : { PORTAL_DATA_DIR: options.dataDir }),
      ...(options.databaseUrl === undefined ? {} : { DATABASE_URL: options.databaseUrl }),
      ...options.environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(options.uid === undefined ? {} : { uid: options.uid }),
  })
  let stdout = ''
  let stderr = ''
  const listeners = new Set<() => void>()
  child.stdout.on('data', (chunk) => {
    stdout += chunk
    for (const listener of listeners) listener()
  })
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  const exited = new Promise<Exit>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal }))
  })
  return {
    process: child,
    exited,
    stdout: () => stdout,
    stderr: () => stderr,
    printed: (pattern) =>
      new Promise((resolve) => {
        const look = () => {
          if (!pattern.test(stdout)) return
          listeners.delete(look)
          resolve(true)
        }
        listeners.add(look)
        look()
        void exited.then(() => resolve(pattern.test(stdout)))
      }),
  }
}

let prepared: Promise<void> | undefined

/** Bundles the server once per test process, and only if a source is newer than the bundle. */
export function bundleServer(): Promise<void> {
  prepared ??= (async () => {
    const bundle = statSync('dist/server/main.mjs', { throwIfNoEntry: false })?.mtimeMs ?? 0
    const newest = await Promise.all(['sync-server', 'shared', 'prisma'].map(newestSource))
    if (bundle > Math.max(...newest)) return
    const { build } = await import('vite')
    await build({ configFile: 'sync-server/vite.config.ts', logLevel: 'error' })
  })()
  return prepared
}

async function newestSource(folder: string): Promise<number> {
  if (!existsSync(folder)) return 0
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const times = entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts'))
    .map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs)
  return Math.max(0, ...times)
}
