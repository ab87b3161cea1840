/** Keys that devices keep in trust, put together; part of the composition root. */
import type { Route } from './http/route.ts'
import { isSameSignIn } from './modules/auth/reader.ts'
import { deviceKeyRoutes } from './modules/device-keys/routes.ts'
import { createDeviceKeyService } from './modules/device-keys/service.ts'
import type { Database } from './platform/database.ts'
import { createEscrowKeys } from './platform/escrow-keys.ts'
import type { KeyProvider } from './platform/key-provider.ts'
import type { SocketTickets } from './platform/socket-ticket.ts'
import type { Replication } from './replication/replication.ts'

interface Deps {
  readonly database: Database
  readonly replication: Replication
  readonly keyProvider: KeyProvider
  readonly escrowTickets: SocketTickets
}

export const composeDeviceKeys = ({ keyProvider, ...deps }: Deps): readonly Route[] =>
  deviceKeyRoutes(
    createDeviceKeyService({ ...deps, isSameSignIn, escrowKeys: createEscrowKeys({ keyProvider }) }),
  )
