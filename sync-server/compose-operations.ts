/**
 * What operators ask on a port of its own, which no stranger reaches: the metrics, and whether the server lives and is
 * ready, also while it drains and takes no connection any more at the other one. Part of the composition root.
 */
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Clock } from '../shared/kernel/clock.ts'
import type { Config } from './config.ts'
import { type Health, isReady } from './http/health.ts'
import { countDeadJobs, countQuarantined, readOutboxBacklog } from './platform/backlog-store.ts'
import type { Database } from './platform/database.ts'
import type { Logger } from './platform/logger.ts'
import type { Metrics } from './platform/metrics.ts'
import { listen } from './port.ts'

interface Deps {
  readonly config: Config
  readonly database: Database
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: Metrics
  readonly health: Health
  readonly sockets: () => number
}
export interface ComposedOperations {
  /** Where it listens, if it does. */
  readonly port: number | undefined
  close(): Promise<void>
}

export async function composeOperations(deps: Deps): Promise<ComposedOperations> {
  const { config, logger } = deps
  addGauges(deps)
  if (config.operations === undefined) return { port: undefined, close: async () => undefined }
  const server = createServer((request, response) => {
    answer(deps, request, response).catch((error: unknown) => {
      logger.error({ err: error }, 'metrics could not be answered')
      response.writeHead(500).end()
    })
  })
  // Whoever asks here asks briefly.
  server.requestTimeout = 10_000
  await listen(server, config.operations.port, config.operations.host, {
    port: 'PORTAL_METRICS_PORT',
    host: 'PORTAL_METRICS_HOST',
  })
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function addGauges({ database, clock, metrics, health, sockets }: Deps): void {
  metrics.gauge({
    name: 'portal_sockets',
    help: 'Devices connected to this server.',
    measure: async () => [[{}, sockets()]],
  })
  metrics.gauge({
    name: 'portal_quarantine',
    help: 'Writes that were refused and are kept for people to read, in the whole database.',
    measure: async () => [[{}, await countQuarantined(database)]],
  })
  const backlog = () => readOutboxBacklog(database, clock.now())
  metrics.gauge({
    name: 'portal_jobs_waiting',
    help: 'Jobs that are not done, in the whole database.',
    labels: ['kind'],
    measure: async () => (await backlog()).map(({ kind, waiting }) => [{ kind }, waiting]),
  })
  metrics.gauge({
    name: 'portal_jobs_oldest_seconds',
    help: 'How long ago the oldest job that is not done was asked for.',
    labels: ['kind'],
    measure: async () => (await backlog()).map(({ kind, oldestSeconds }) => [{ kind }, oldestSeconds]),
  })
  metrics.gauge({
    name: 'portal_jobs_dead',
    help: 'Jobs that came to nothing and are kept for admins to see, in the whole database.',
    labels: ['kind'],
    measure: async () => (await countDeadJobs(database)).map(({ kind, dead }) => [{ kind }, dead]),
  })
  metrics.gauge({
    name: 'portal_fan_out_live',
    help: '1 while other servers are told of changes at once, 0 while they find them in the database.',
    measure: async () => {
      const { fanOut } = health.standing()
      return fanOut === 'none' ? [] : [[{}, fanOut === 'live' ? 1 : 0]]
    },
  })
}

async function answer(
  { metrics, health }: Deps,
  { method, url }: Parameters<RequestListener>[0],
  response: Parameters<RequestListener>[1],
): Promise<void> {
  const send = (status: number, type: string, text: string) =>
    response
      .writeHead(status, {
        'Content-Type': type,
        'Cache-Control': 'no-store',
        'X-Content-Type-Options': 'nosniff',
      })
      .end(method === 'HEAD' ? undefined : text)
  if (method !== 'GET' && method !== 'HEAD') send(405, 'text/plain', 'GET only.\n')
  else if (url === '/metrics') send(200, metrics.contentType, await metrics.text())
  else if (url === '/livez') send(200, 'text/plain', 'live\n')
  else if (url === '/readyz') {
    const ready = await isReady(health)
    send(ready ? 200 : 503, 'text/plain', ready ? 'ready\n' : 'not ready\n')
  } else send(404, 'text/plain', 'There is /metrics, /livez and /readyz.\n')
}
