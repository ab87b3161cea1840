/** A database of a test's own, of either kind, that outlives the servers started over it until it is disposed. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { postgresDatabase } from './postgres.ts'

export type DatabaseKind = 'pglite' | 'postgres'

/** Spread it into `startPortal` or `spawnServer`. */
export interface TestDatabase extends AsyncDisposable {
  readonly dataDir: string
  /** Only for Postgres; the data directory then holds the secrets alone. */
  readonly databaseUrl?: string
  dispose(): Promise<void>
}

export async function createDatabase(kind: DatabaseKind): Promise<TestDatabase> {
  const dataDir = mkdtempSync(join(tmpdir(), 'portal-test-'))
  const postgres = kind === 'postgres' ? await postgresDatabase() : undefined
  const dispose = async () => {
    await postgres?.drop()
    rmSync(dataDir, { recursive: true, force: true })
  }
  return {
    dataDir,
    ...(postgres === undefined ? {} : { databaseUrl: postgres.url }),
    dispose,
    [Symbol.asyncDispose]: dispose,
  }
}
