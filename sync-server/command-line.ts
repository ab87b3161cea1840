/** What the operators' commands share: configuration, database, keys, progress, and one line for what people can mend. */
import { join } from 'node:path'
import { type Config, readConfig } from './config.ts'
import { createConfiguredKeys } from './configured-keys.ts'
import { type Database, openDatabase } from './platform/database.ts'
import type { KeyProvider } from './platform/key-provider.ts'
import { StartError } from './platform/start-error.ts'

interface Command {
  readonly config: Config
  readonly database: Database
  readonly keyProvider: KeyProvider
  /** `--client ID` */
  readonly clientId: string | undefined
  /** Progress, at most every two seconds. */
  readonly say: (line: string) => void
  readonly complain: (line: string) => void
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const PROGRESS_MS = 2_000

/** Exits 0 where `run` says true, else 1. */
export async function createCommandLine(run: (command: Command) => Promise<boolean>): Promise<void> {
  try {
    process.exitCode = (await withDatabase(run)) ? 0 : 1
  } catch (error) {
    console.error(error instanceof StartError ? error.message : error)
    process.exitCode = 1
  }
}

async function withDatabase(run: (command: Command) => Promise<boolean>): Promise<boolean> {
  const config = readConfig()
  const at = process.argv.indexOf('--client')
  const clientId = at < 0 ? undefined : process.argv[at + 1]?.toLowerCase()
  if (at >= 0 && (clientId === undefined || !UUID.test(clientId)))
    throw new StartError('--client needs the id of a client.')
  const keyProvider = await createConfiguredKeys(config)
  const { databaseUrl, ownerUrl } = config
  const database = await openDatabase(
    databaseUrl === undefined
      ? { dataDir: join(config.dataDir, 'database') }
      : { url: databaseUrl, ownerUrl },
  )
  let told = performance.now()
  try {
    return await run({
      config,
      database,
      keyProvider,
      clientId,
      say(line) {
        if (performance.now() - told < PROGRESS_MS) return
        told = performance.now()
        console.log(line)
      },
      complain: (line) => console.error(line),
    })
  } finally {
    await database.close()
  }
}
