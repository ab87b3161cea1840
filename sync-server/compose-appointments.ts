/** Appointments put together: for clients, and for staff; part of the composition root. */
import type { Clock } from '../shared/kernel/clock.ts'
import type { Route } from './http/route.ts'
import { appointmentsRoutes } from './modules/appointments/routes.ts'
import { createAppointmentsService } from './modules/appointments/service.ts'
import { staffAppointmentsRoutes } from './modules/appointments/staff-routes.ts'
import { createStaffAppointments } from './modules/appointments/staff-service.ts'
import type { Database } from './platform/database.ts'
import type { Replication } from './replication/replication.ts'

interface Deps {
  readonly database: Database
  readonly replication: Replication
  readonly clock: Clock
}

export const composeAppointments = (deps: Deps): readonly Route[] => [
  ...appointmentsRoutes(createAppointmentsService(deps)),
  ...staffAppointmentsRoutes(createStaffAppointments(deps)),
]
