/** Messages put together: the client's and the practice's side. Part of the composition root. */
import type { Clock } from '../shared/kernel/clock.ts'
import type { Route } from './http/route.ts'
import { messagesRoutes } from './modules/messages/routes.ts'
import { createMessagesService } from './modules/messages/service.ts'
import { staffMessageRoutes } from './modules/messages/staff-routes.ts'
import { createStaffMessages } from './modules/messages/staff-service.ts'
import { createTemplates } from './modules/messages/templates.ts'
import type { Database } from './platform/database.ts'
import type { Replication } from './replication/replication.ts'

interface MessagesDeps {
  readonly database: Database
  readonly replication: Replication
  readonly clock: Clock
}

export const composeMessages = (deps: MessagesDeps): Route[] => [
  ...messagesRoutes(createMessagesService(deps)),
  ...staffMessageRoutes({ messages: createStaffMessages(deps), templates: createTemplates(deps) }),
]
