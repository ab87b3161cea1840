/**
 * What the matrix has to know of each route beside its OpenAPI description: a request that is good for the victim's
 * record, and who reaches that record through it; by area, in entries/. A route that is not named there fails
 * `access-matrix.test.ts`.
 */
import { entries as access } from './entries/access.ts'
import { entries as accounts } from './entries/accounts.ts'
import { entries as appointments } from './entries/appointments.ts'
import { entries as billing } from './entries/billing.ts'
import { entries as documents } from './entries/documents.ts'
import type { Entry } from './entries/entry.ts'
import { entries as forms } from './entries/forms.ts'
import { entries as messages } from './entries/messages.ts'
import { entries as practice } from './entries/practice.ts'
import { entries as prescriptions } from './entries/prescriptions.ts'
import { entries as recordSystem } from './entries/record-system.ts'
import { entries as secondSteps } from './entries/second-steps.ts'
import { entries as tablets } from './entries/tablets.ts'

export const ENTRIES: Readonly<Record<string, Entry>> = {
  ...accounts,
  ...secondSteps,
  ...practice,
  ...tablets,
  ...access,
  ...forms,
  ...messages,
  ...appointments,
  ...prescriptions,
  ...billing,
  ...documents,
  ...recordSystem,
}
