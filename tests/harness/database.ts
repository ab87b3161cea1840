/**
 * A database of a test's own, of either kind, that outlives the servers started over it until it is disposed. It holds
 * the demo practice already, as after a first start; `empty` is for tests of the first start itself.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { postgresDatabase } from './postgres.ts'
import { copyToTemporary, templateOf } from './templates.ts'

export type DatabaseKind = 'pglite' | 'postgres'

/** Spread it into `startPortal` or `spawnServer`. */
export interface TestDatabase extends AsyncDisposable {
  readonly dataDir: string
  /** Only for Postgres; the data directory then holds the secrets alone. */
  readonly databaseUrl?: string
  dispose(): Promise<void>
}

export async function createDatabase(kind: DatabaseKind, { empty = false } = {}): Promise<TestDatabase> {
  const dataDir = empty ? mkdtempSync(join(tmpdir(), 'portal-test-')) : await copyOfDemo(kind)
  const postgres = kind === 'postgres' ? await postgresDatabase({ demo: !empty }) : undefined
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

const copyOfDemo = async (kind: DatabaseKind) =>
  copyToTemporary(
    kind === 'pglite'
      ? await templateOf('embedded-demo')
      : join(await templateOf('postgres-demo'), 'secrets'),
  )
