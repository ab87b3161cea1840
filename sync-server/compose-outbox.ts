/** The outbox and what its mails go through; part of the composition root. */
import type { Clock } from '../shared/kernel/clock.ts'
import type { Config } from './config.ts'
import type { ShownMail } from './http/demo-outbox.ts'
import type { Database } from './platform/database.ts'
import type { Logger } from './platform/logger.ts'
import { createSmtpMailer, Mail, mailThrough } from './platform/mailer.ts'
import { createOutbox, type Outbox } from './platform/outbox.ts'
import { createSendGridMailer } from './platform/sendgrid-mailer.ts'

interface Deps {
  readonly config: Config
  readonly database: Database
  readonly clock: Clock
  readonly logger: Logger
  readonly pepper: Uint8Array
}
export interface ComposedOutbox {
  readonly outbox: Outbox
  /** Only where mails have no other place to be read. */
  readonly shownMails: (() => Promise<readonly ShownMail[]>) | undefined
  close(): Promise<void>
}

export function composeOutbox({ config, database, clock, logger, pepper }: Deps): ComposedOutbox {
  const shown = !config.production && config.mail === undefined
  const outbox = createOutbox({ database, clock, logger, secret: pepper, keep: shown })
  const { mail: way } = config
  const mailer = way && (way.via === 'smtp' ? createSmtpMailer(way.url, way.from) : createSendGridMailer(way))
  mailThrough(outbox, mailer, shown)
  return {
    outbox,
    shownMails: shown
      ? async () => {
          const kept = await outbox.kept('mail')
          return kept.flatMap(({ id, at, payload }) => {
            const mail = Mail.safeParse(payload)
            return mail.success ? [{ id, at, mail: mail.data }] : []
          })
        }
      : undefined,
    async close() {
      await outbox.close()
      mailer?.close()
    },
  }
}
