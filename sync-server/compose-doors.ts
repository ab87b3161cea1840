/** The app over HTTP and the sockets beside it, not listening yet; part of the composition root. */
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type { RequestHandler } from 'express'
import type { Clock } from '../shared/kernel/clock.ts'
import type { Version } from '../shared/protocol/versions.ts'
import type { ComposedAdmission } from './compose-admission.ts'
import type { ComposedStorage } from './compose-storage.ts'
import type { Config } from './config.ts'
import { createApp } from './http/app.ts'
import type { ShownMail } from './http/demo-outbox.ts'
import type { Health } from './http/health.ts'
import { createHttpServer } from './http/http-server.ts'
import type { Machines } from './http/machine.ts'
import { createPrefixRemover } from './http/path-prefix.ts'
import type { Route } from './http/route.ts'
import { bareHeaders } from './http/security-headers.ts'
import { endedAmong, endedSince } from './modules/auth/reader.ts'
import { NO_CLIENT } from './platform/audit-chain.ts'
import { appendAudit } from './platform/audit-store.ts'
import type { Logger } from './platform/logger.ts'
import type { Metrics } from './platform/metrics.ts'
import { createOutages } from './platform/outage.ts'
import { stopListening } from './port.ts'
import { auditOf } from './replication/commit.ts'
import type { Replication } from './replication/replication.ts'
import type { SyncService } from './replication/sync-service.ts'
import { createGateway, type GatewayDeps } from './socket/gateway.ts'
import { CHECK_MS, LATELY_MS } from './socket/standing-check.ts'

interface Deps extends Omit<ComposedStorage, 'redis'> {
  readonly config: Config
  readonly clock: Clock
  readonly logger: Logger
  readonly admission: ComposedAdmission
  readonly replication: Replication
  readonly sync: SyncService
  readonly routes: readonly Route[]
  readonly machines: Machines
  readonly shownMails: (() => Promise<readonly ShownMail[]>) | undefined
  readonly paymentPages: RequestHandler | undefined
  readonly markWiped: GatewayDeps['markWiped']
  readonly versions: readonly Version[] | undefined
  readonly metrics: Metrics
}

export function composeDoors({ config, admission, replication, ...deps }: Deps) {
  const { database, stream, clock, logger, metrics } = deps
  // Without a stream nobody tells; with none to tell, the slow check is for what else writes to the database.
  const isCertain = () => stream?.isCertain() ?? true
  const outages = createOutages(logger, clock)
  const https = config.origin?.startsWith('https:') ?? false
  let stopping = false
  const health: Health = {
    check: async () => void (await database.prisma.$queryRawUnsafe('select 1')),
    standing: () => ({
      stopping,
      fanOut: stream === undefined ? 'none' : stream.isLive() ? 'live' : 'away',
      checkedEverySeconds:
        database.kind === 'pglite' ? null : CHECK_MS[isCertain() ? 'certain' : 'uncertain'] / 1000,
    }),
  }
  const app = createApp({
    ...deps,
    ...admission,
    jwks: admission.signingKeys.jwks,
    auditDenied: (actor, { method, path }) => {
      const part = { action: 'http.denied', outcome: 'denied', reason: `${method} ${path}` } as const
      const row = auditOf(actor, NO_CLIENT, clock.now(), part)
      return database.direct((tx) => appendAudit(tx, [row]))
    },
    outages,
    staticFolder: join(config.root, 'dist', 'client'),
    https,
    health,
  })
  const httpServer = createHttpServer(app, logger)
  const gateway = createGateway({
    ...deps,
    ...admission,
    httpServer,
    host: config.origin === undefined ? undefined : new URL(config.origin).host,
    // The embedded database is this process's alone: nobody else can write to it.
    ...(database.kind === 'postgres' && {
      others: {
        stream,
        isCertain,
        movedHeads: (told) => replication.movedHeads(told),
        changedGrants: (known) => replication.changedGrants(known),
        endedSessions: (sessions) => endedAmong(database.prisma, sessions),
        endedLately: () => endedSince(database.prisma, clock.now() - LATELY_MS),
        onFoundLate: () => metrics.foundLate(),
      },
    }),
    outages,
    onTold: (takenAt) => metrics.told((clock.now() - takenAt) / 1000),
  })
  // The gateway answers its own address before the app is asked.
  httpServer.prependListener('request', bareHeaders(https))
  if (config.pathPrefix !== undefined) {
    const removePrefix = createPrefixRemover(config.pathPrefix)
    httpServer.prependListener('request', removePrefix)
    httpServer.prependListener('upgrade', removePrefix)
  }
  return {
    httpServer,
    gateway,
    health,
    /**
     * Not ready first, and served on until balancers have seen it; then no new connection, and devices are sent away
     * while requests under way end.
     */
    async close() {
      stopping = true
      await setTimeout(config.drainMs)
      const closed = stopListening(httpServer)
      await gateway.close()
      await closed
      await stream?.close()
    },
  }
}
