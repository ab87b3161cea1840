/** The record system's door put together; part of the composition root. */
import type { Clock } from '../shared/kernel/clock.ts'
import type { Machines } from './http/machine.ts'
import type { DelayedRefusal } from './http/problem.ts'
import type { RateLimits } from './http/rate-limits.ts'
import type { Route } from './http/route.ts'
import { NO_REMINDERS } from './modules/appointments/reminders.ts'
import { freeSlotOf } from './modules/appointments/slot-store.ts'
import { createOneTime, findTag } from './modules/auth/one-time.ts'
import { machineAccountRoutes } from './modules/ehr/account-routes.ts'
import { createMachineAccounts } from './modules/ehr/accounts.ts'
import { feedRoutes } from './modules/ehr/routes.ts'
import { createFeedService } from './modules/ehr/service.ts'
import type { Database } from './platform/database.ts'
import { createMachineTokens } from './platform/machine-token.ts'
import type { SigningKeys } from './platform/signing-keys.ts'
import type { Replication } from './replication/replication.ts'

interface Deps {
  readonly database: Database
  readonly replication: Replication
  readonly clock: Clock
  readonly limits: RateLimits
  readonly signingKeys: SigningKeys
  readonly pepper: Uint8Array
  readonly origin: () => string
  readonly missing: (sessionId: string) => Promise<DelayedRefusal | undefined>
}
export interface ComposedEhr {
  readonly routes: readonly Route[]
  readonly machines: Machines
}

export function composeEhr({ pepper, origin, signingKeys, ...deps }: Deps): ComposedEhr {
  const tokens = createMachineTokens(signingKeys, deps.clock)
  const tokenUrl = () => `${origin()}/api/v1/ehr/token`
  const accounts = createMachineAccounts({ ...deps, tokens, tokenUrl })
  const oneTime = createOneTime(pepper)
  const feed = createFeedService({
    ...deps,
    findTags: ({ dateOfBirth, ssn4, mrn }) => ({
      ssn4Tag: ssn4 === undefined ? null : findTag(oneTime, { by: 'ssn4', dateOfBirth, ssn4 }),
      mrnTag: mrn === undefined ? null : findTag(oneTime, { by: 'mrn', dateOfBirth, mrn }),
    }),
    visits: {
      async changed(tx, visit) {
        if (visit.startsAt === null) await freeSlotOf(tx, visit.clientId, visit.appointmentId, null)
        await NO_REMINDERS.visitChanged(tx, visit)
      },
    },
  })
  return { routes: [...machineAccountRoutes(accounts), ...feedRoutes(feed)], machines: accounts.machines }
}
