/** Prescriptions put together: for clients, and for clinicians; part of the composition root. */
import type { Clock } from '../shared/kernel/clock.ts'
import type { Route } from './http/route.ts'
import { prescriptionsRoutes } from './modules/prescriptions/routes.ts'
import { createPrescriptionsService } from './modules/prescriptions/service.ts'
import { staffRefillRoutes } from './modules/prescriptions/staff-routes.ts'
import { createStaffRefills } from './modules/prescriptions/staff-service.ts'
import type { Database } from './platform/database.ts'
import type { Replication } from './replication/replication.ts'

interface Deps {
  readonly database: Database
  readonly replication: Replication
  readonly clock: Clock
}

export const composePrescriptions = (deps: Deps): readonly Route[] => [
  ...prescriptionsRoutes(createPrescriptionsService(deps)),
  ...staffRefillRoutes(createStaffRefills(deps)),
]
