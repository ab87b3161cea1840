/** Accounts and the outbox they write to, put together; part of the composition root. */
import { z } from 'zod'
import type { AccountId, ClientId } from '../shared/kernel/brand.ts'
import type { Config } from './config.ts'
import type { ShownMail } from './http/demo-outbox.ts'
import type { Route } from './http/route.ts'
import { createAccountStore } from './modules/auth/account-store.ts'
import { type AccountsDeps, createAccounts } from './modules/auth/accounts.ts'
import { passwordRoutes } from './modules/auth/password-routes.ts'
import { registrationRoutes } from './modules/auth/registration-routes.ts'
import { staffAccountRoutes } from './modules/auth/staff-account-routes.ts'
import { assignToNewClient } from './modules/forms/assign-form.ts'
import type { Logger } from './platform/logger.ts'
import { createSmtpMailer, Mail, mailThrough } from './platform/mailer.ts'
import { createOutbox, type Outbox } from './platform/outbox.ts'
import type { Actor } from './replication/actor.ts'
import type { Replication } from './replication/replication.ts'

type Given = Omit<AccountsDeps, 'outbox' | 'onRegistered'>
interface Deps extends Given {
  readonly config: Config
  readonly logger: Logger
  readonly replication: Replication
}
export interface ComposedAccounts {
  readonly routes: readonly Route[]
  readonly outbox: Outbox
  /** Only where mails have no other place to be read. */
  readonly shownMails: (() => Promise<readonly ShownMail[]>) | undefined
  close(): Promise<void>
}

const NewClient = z.object({ accountId: z.uuid(), clientId: z.uuid() })
const DAY = 24 * 3_600_000

export function composeAccounts({ config, logger, replication, ...deps }: Deps): ComposedAccounts {
  const { database, clock } = deps
  const shown = !config.production && config.mail === undefined
  const outbox = createOutbox({ database, clock, logger, secret: deps.pepper, keep: shown })
  const mailer = config.mail && createSmtpMailer(config.mail.url, config.mail.from)
  mailThrough(outbox, mailer, shown)
  outbox.handle('forms.new-client', {
    schema: NewClient,
    outside: async ({ accountId, clientId }: z.infer<typeof NewClient>) => {
      const account = await createAccountStore(database.prisma).byId(accountId)
      if (account === undefined) return
      const actor: Actor = {
        accountId: accountId as AccountId,
        role: 'client',
        practiceId: account.practiceId,
        ownClientId: clientId as ClientId,
        deviceId: null,
        name: account.name,
        ip: 'local',
        userAgent: 'outbox',
      }
      const assigned = await assignToNewClient(replication, actor, clientId)
      if (!assigned.ok) throw new Error(`Forms of a new client: ${assigned.error.code}`)
    },
  })
  const accounts = createAccounts({
    ...deps,
    outbox,
    onRegistered: (tx, account) => outbox.add(tx, 'forms.new-client', account, 7 * DAY),
  })
  return {
    outbox,
    routes: [...registrationRoutes(accounts), ...passwordRoutes(accounts), ...staffAccountRoutes(accounts)],
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
