/** Accounts, put together; part of the composition root. */
import { z } from 'zod'
import type { AccountId, ClientId } from '../shared/kernel/brand.ts'
import type { Route } from './http/route.ts'
import { createAccountStore } from './modules/auth/account-store.ts'
import { type Accounts, type AccountsDeps, createAccounts } from './modules/auth/accounts.ts'
import { passwordRoutes } from './modules/auth/password-routes.ts'
import { registrationRoutes } from './modules/auth/registration-routes.ts'
import { staffAccountRoutes } from './modules/auth/staff-account-routes.ts'
import { assignToNewClient } from './modules/forms/assign-form.ts'
import { acceptInvitation } from './modules/grants/records.ts'
import type { Outbox } from './platform/outbox.ts'
import type { Actor } from './replication/actor.ts'
import type { Replication } from './replication/replication.ts'

interface Deps extends Omit<AccountsDeps, 'onRegistered' | 'acceptInvitation'> {
  readonly outbox: Outbox
  readonly replication: Replication
}
interface ComposedAccounts {
  readonly routes: readonly Route[]
  /** By which people are asked to look after a record. */
  readonly links: Accounts['proxies']['links']
}

const NewClient = z.object({ accountId: z.uuid(), clientId: z.uuid() })
const DAY = 24 * 3_600_000

export function composeAccounts({ replication, ...deps }: Deps): ComposedAccounts {
  const { database, outbox, clock } = deps
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
  const accounts: Accounts = createAccounts({
    ...deps,
    acceptInvitation: (tx, actor, invited) =>
      acceptInvitation(tx, accounts.proxies.links, clock.now(), actor, invited),
    onRegistered: (tx, account) => outbox.add(tx, 'forms.new-client', account, 7 * DAY),
  })
  return {
    routes: [...registrationRoutes(accounts), ...passwordRoutes(accounts), ...staffAccountRoutes(accounts)],
    links: accounts.proxies.links,
  }
}
