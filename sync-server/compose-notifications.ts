/** Notifications put together, with the ways in which they leave; part of the composition root. */
import type { Clock } from '../shared/kernel/clock.ts'
import type { Config } from './config.ts'
import type { ShownMail } from './http/demo-outbox.ts'
import type { Route } from './http/route.ts'
import { createEmailChannel } from './modules/notifications/email-channel.ts'
import { createNoticeSecrets } from './modules/notifications/notice-secrets.ts'
import { createNotifications, type Notifications } from './modules/notifications/notifications.ts'
import { createProviderEvents, reportPath } from './modules/notifications/provider-events.ts'
import { providerRoutes } from './modules/notifications/provider-routes.ts'
import { createPushChannel } from './modules/notifications/push-channel.ts'
import { createPushKeys } from './modules/notifications/push-keys.ts'
import { pushRoutes } from './modules/notifications/push-routes.ts'
import { createPushSeal } from './modules/notifications/push-seal.ts'
import { createPushService } from './modules/notifications/push-service.ts'
import { unsubscribeRoutes } from './modules/notifications/routes.ts'
import { shownNotices } from './modules/notifications/shown-notices.ts'
import { createSmsChannel } from './modules/notifications/sms-channel.ts'
import { createUnsubscribe } from './modules/notifications/unsubscribe.ts'
import type { Database } from './platform/database.ts'
import type { Logger } from './platform/logger.ts'
import { outageReason } from './platform/outage.ts'
import type { Outbox } from './platform/outbox.ts'
import { createOutgoingAddresses } from './platform/outgoing-address.ts'
import { createTwilioSender } from './platform/sms-sender.ts'
import type { Replication } from './replication/replication.ts'

interface Deps {
  readonly database: Database
  readonly replication: Replication
  readonly clock: Clock
  readonly logger: Logger
  readonly outbox: Outbox
  readonly config: Pick<
    Config,
    'webhookNetworks' | 'mail' | 'origin' | 'production' | 'twilio' | 'sendGridWebhookKey'
  >
  readonly pepper: Uint8Array
  readonly origin: () => string
}
export interface ComposedNotifications extends Pick<Notifications, 'jobsOf' | 'tell'> {
  readonly routes: readonly Route[]
  /** What would have left by other ways than mail (demo only). */
  shown(): Promise<readonly ShownMail[]>
  close(): void
}

const TIDY_EVERY_MS = 6 * 3_600_000

export function composeNotifications({
  config,
  pepper,
  origin,
  logger,
  ...deps
}: Deps): ComposedNotifications {
  const secrets = createNoticeSecrets(pepper)
  const seal = createPushSeal(pepper)
  const keys = createPushKeys({ ...deps, seal })
  const addresses = createOutgoingAddresses(config.webhookNetworks)
  const push = { ...deps, seal, keys, addresses }
  // Twilio reports to an address that it reaches.
  const reports = (id: string) =>
    config.origin?.startsWith('https:') ? `${config.origin}${reportPath(id)}` : undefined
  const sender = config.twilio && createTwilioSender(config.twilio, reports)
  const events = createProviderEvents({
    ...deps,
    secrets,
    origin,
    sendGridKey: config.sendGridWebhookKey,
    twilioToken: config.twilio?.token,
  })
  const channels = [
    createEmailChannel({ outbox: deps.outbox, secrets, origin }),
    createPushChannel({ ...push, contact: () => contactOf(config) }),
    createSmsChannel({ ...deps, secrets, sender, shown: !config.production }),
  ]
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
    shown: () => shownNotices(deps.outbox),
    routes: [
      ...unsubscribeRoutes(createUnsubscribe({ ...deps, secrets })),
      ...pushRoutes(createPushService(push)),
      ...providerRoutes(events),
    ],
    close: () => clearInterval(timer),
  }
}

/** Where nobody published the portal there is nobody to write to. */
const contactOf = ({ mail, origin }: Pick<Config, 'mail' | 'origin'>): string => {
  const address = mail && (/<([^>]+)>/.exec(mail.from)?.[1] ?? mail.from)
  if (address !== undefined) return `mailto:${address}`
  return origin?.startsWith('https:') ? origin : 'mailto:nobody@localhost.invalid'
}
