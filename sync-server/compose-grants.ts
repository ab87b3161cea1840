/** Access to other people's records, put together; part of the composition root. */

import type { Clock } from '../shared/kernel/clock.ts'
import type { DelayedRefusal } from './http/problem.ts'
import type { RateLimits } from './http/rate-limits.ts'
import type { Route } from './http/route.ts'
import type { Invitations } from './modules/grants/invitations.ts'
import { createRecordsService } from './modules/grants/records.ts'
import { grantRoutes } from './modules/grants/routes.ts'
import { createGrantService, type GrantDeps } from './modules/grants/service.ts'
import type { Database } from './platform/database.ts'
import type { Gateway } from './socket/gateway.ts'

interface Deps {
  readonly database: Database
  readonly clock: Clock
  readonly limits: RateLimits
  readonly links: Invitations
  readonly missing: (sessionId: string) => Promise<DelayedRefusal | undefined>
  readonly gateway: () => Pick<Gateway, 'revoke' | 'regrant'> | undefined
}

/** Devices learn of a change at once: those that lost a record are told, the others come again and ask. */
export function composeGrants({ links, missing, gateway, ...deps }: Deps): readonly Route[] {
  const given: GrantDeps = {
    ...deps,
    invitations: links,
    onChanged: ({ accountId, clientId, ended }) =>
      ended === undefined
        ? gateway()?.regrant(accountId, clientId)
        : gateway()?.revoke(accountId, { client: clientId, generation: ended }),
  }
  return grantRoutes({ grants: createGrantService(given), records: createRecordsService(given), missing })
}
