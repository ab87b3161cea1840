/** Notifications put together, with the ways in which they leave; part of the composition root. */
import type { Clock } from '../shared/kernel/clock.ts'
import type { Route } from './http/route.ts'
import { createEmailChannel } from './modules/notifications/email-channel.ts'
import { createNoticeSecrets } from './modules/notifications/notice-secrets.ts'
import { createNotifications, type Notifications } from './modules/notifications/notifications.ts'
import { unsubscribeRoutes } from './modules/notifications/routes.ts'
import { createUnsubscribe } from './modules/notifications/unsubscribe.ts'
import type { Database } from './platform/database.ts'
import type { Logger } from './platform/logger.ts'
import { outageReason } from './platform/outage.ts'
import type { Outbox } from './platform/outbox.ts'
import type { Replication } from './replication/replication.ts'

interface Deps {
  readonly database: Database
  readonly replication: Replication
  readonly clock: Clock
  readonly logger: Logger
  readonly outbox: Outbox
  readonly pepper: Uint8Array
  readonly origin: () => string
}
export interface ComposedNotifications extends Pick<Notifications, 'jobsOf' | 'tell'> {
  readonly routes: readonly Route[]
  close(): void
}

const TIDY_EVERY_MS = 6 * 3_600_000

export function composeNotifications({ pepper, origin, logger, ...deps }: Deps): ComposedNotifications {
  const secrets = createNoticeSecrets(pepper)
  const channels = [createEmailChannel({ outbox: deps.outbox, secrets, origin })]
  const notifications = createNotifications({ ...deps, channels })
  const timer = setInterval(() => {
    notifications.tidy().catch((error: unknown) => {
      if (outageReason(error) === undefined) logger.error({ err: error }, 'old notifications stay for now')
    })
  }, TIDY_EVERY_MS)
  timer.unref()
  return {
    jobsOf: notifications.jobsOf,
    tell: notifications.tell,
    routes: unsubscribeRoutes(createUnsubscribe({ ...deps, secrets })),
    close: () => clearInterval(timer),
  }
}
