/** Forms, put together; part of the composition root. */
import type { Clock } from '../shared/kernel/clock.ts'
import type { Route } from './http/route.ts'
import { catalogueRoutes } from './modules/forms/catalogue-routes.ts'
import { createCatalogue } from './modules/forms/catalogue-service.ts'
import { createClientForms } from './modules/forms/client-forms.ts'
import { exportRoutes } from './modules/forms/export-routes.ts'
import { createExports } from './modules/forms/exports.ts'
import { formsRoutes } from './modules/forms/routes.ts'
import { createFormsService } from './modules/forms/service.ts'
import type { Database } from './platform/database.ts'
import type { Replication } from './replication/replication.ts'

interface Deps {
  readonly database: Database
  readonly replication: Replication
  readonly clock: Clock
}

export const composeForms = ({ database, replication, clock }: Deps): readonly Route[] => [
  // Before those with `:id`, which would match them.
  ...catalogueRoutes(createCatalogue({ database, clock }), createClientForms({ replication })),
  ...exportRoutes(createExports({ replication }, 'client'), createExports({ replication }, 'staff')),
  ...formsRoutes(createFormsService({ replication })),
]
