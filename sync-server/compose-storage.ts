/** The database, and where several servers of it meet; opened first and closed last. Part of the composition root. */
import { join } from 'node:path'
import type { Clock } from '../shared/kernel/clock.ts'
import type { Config } from './config.ts'
import { ROLE_BY_HAND } from './platform/app-role.ts'
import { watchAuditFailures } from './platform/audit-failures.ts'
import { type AuditHeads, createAuditHeads } from './platform/audit-heads.ts'
import { type Database, openDatabase } from './platform/database.ts'
import type { Logger } from './platform/logger.ts'
import type { Metrics } from './platform/metrics.ts'
import { migrate } from './platform/migrate.ts'
import { openRedis, type Redis } from './platform/redis.ts'
import { refuseUnfinishedRestore } from './platform/restore-mark.ts'
import { createSealedStream, type SealedStream } from './platform/sealed-stream.ts'

export type Closer = () => Promise<void>

interface Deps {
  readonly config: Config
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: Metrics
  readonly progress: (line: string) => void
  /** What is opened here is closed by these, in the reverse order, also where a later part does not start. */
  readonly closers: Closer[]
}
export interface ComposedStorage {
  readonly database: Database
  readonly redis: Redis | undefined
  readonly stream: SealedStream | undefined
}

export async function composeStorage(deps: Deps): Promise<ComposedStorage> {
  const { config, clock, logger, metrics, progress, closers } = deps
  const opened = await openDatabase(
    config.databaseUrl === undefined
      ? { dataDir: config.inMemory ? undefined : join(config.dataDir, 'database') }
      : { url: config.databaseUrl, ownerUrl: config.ownerUrl },
  )
  closers.push(() => opened.close())
  const database = watchAuditFailures(opened, () => metrics.auditFailure())
  await refuseUnfinishedRestore(database)
  const { applied } = await migrate(database, join(config.root, 'prisma', 'migrations'))
  if (applied.length > 0) progress(`Database: ${applied.length} migration(s) applied.`)
  tellOfRole(database, progress)

  const auditHeads = createAuditHeads(database, config.auditHeadsDir, config.secrets.signingKeys)
  closers.push(exportAuditHeads(auditHeads, { clock, logger, metrics }))

  const redis = config.redisUrl === undefined ? undefined : await openRedis(config.redisUrl)
  if (redis !== undefined) {
    closers.push(() => redis.close())
    if (!redis.answered)
      progress('Redis does not answer yet: until it does, changes on other servers arrive a little later.')
  }
  return { database, redis, stream: redis && createSealedStream(redis, config.secrets.pepper, logger) }
}

function tellOfRole({ appRole }: Database, progress: (line: string) => void): void {
  if (appRole !== null) return
  progress(
    `The role in DATABASE_URL acts for the app, because it may not make another. So that the app can never change its audit trail, an administrator runs once: ${ROLE_BY_HAND}`,
  )
}

/** Signs the ends of the audit chains now and then, and when the server stops. */
function exportAuditHeads(
  heads: AuditHeads,
  { clock, logger, metrics }: Pick<Deps, 'clock' | 'logger' | 'metrics'>,
): Closer {
  const run = async () => {
    try {
      await heads.export(clock.now())
    } catch (error) {
      // Nothing that is done waits for this; the next time makes up for it.
      metrics.auditFailure()
      logger.error({ err: error }, 'the ends of the audit trail could not be signed')
    }
  }
  const timer = setInterval(() => void run(), AUDIT_HEADS_MS)
  timer.unref()
  return async () => {
    clearInterval(timer)
    await run()
  }
}
const AUDIT_HEADS_MS = 10 * 60_000
