/** The end of records put together, and what every server forgets of them; part of the composition root. */
import type { Clock } from '../shared/kernel/clock.ts'
import type { Route } from './http/route.ts'
import { recordRoutes } from './modules/records/routes.ts'
import { createRecordsService } from './modules/records/service.ts'
import { shreddedSince } from './modules/records/transactor.ts'
import type { Database } from './platform/database.ts'
import type { Logger } from './platform/logger.ts'
import type { Replication } from './replication/replication.ts'
import type { Gateway } from './socket/gateway.ts'

interface Deps {
  readonly database: Database
  readonly clock: Clock
  readonly logger: Logger
  readonly replication: Pick<Replication, 'forget'>
  readonly onErasing: Parameters<typeof createRecordsService>[0]['onErasing']
  readonly gateway: () => Pick<Gateway, 'wipe' | 'revoke'> | undefined
}

/** How long another server keeps an erased record's keys and texts in memory, at most; ms. SPEC: A13. */
const FORGET_MS = 10_000
/** Clocks of servers differ, and a look at the database may be held up. */
const MARGIN_MS = 5 * 60_000

export function composeRecords({ database, clock, logger, replication, onErasing, gateway }: Deps): {
  readonly routes: readonly Route[]
  close(): void
} {
  const records = createRecordsService({
    database,
    clock,
    onErasing,
    onClosed(client, { devices, proxies }) {
      for (const device of devices) gateway()?.wipe(device, { reason: 'account_closed' })
      for (const { account, generation } of proxies) gateway()?.revoke(account, { client, generation })
    },
    onShredded: (clientId) => replication.forget([clientId]),
  })
  let seen = clock.now()
  const look = async () => {
    const now = clock.now()
    try {
      replication.forget(await shreddedSince(database.prisma, seen - MARGIN_MS))
      seen = now
    } catch (error) {
      // The next look goes back to where this one began.
      logger.warn({ err: error }, 'erased records could not be looked for')
    }
  }
  // The embedded database is this server's alone: it has erased them itself.
  const timer = database.kind === 'postgres' ? setInterval(() => void look(), FORGET_MS) : undefined
  timer?.unref()
  return { routes: recordRoutes(records), close: () => clearInterval(timer) }
}
