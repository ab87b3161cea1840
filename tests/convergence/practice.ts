/** The product's services for staff, over one server's way to the database. */
import { createStaffAppointments } from '../../sync-server/modules/appointments/staff-service.ts'
import { createFormsService } from '../../sync-server/modules/forms/service.ts'
import {
  createStaffMessages,
  type StaffMessagesDeps,
} from '../../sync-server/modules/messages/staff-service.ts'
import { createStaffRefills } from '../../sync-server/modules/prescriptions/staff-service.ts'
import { createStaffService } from '../../sync-server/modules/staff/service.ts'

export const createPractice = (deps: StaffMessagesDeps) => ({
  forms: createFormsService(deps),
  staff: createStaffService(deps),
  messages: createStaffMessages(deps),
  appointments: createStaffAppointments(deps),
  refills: createStaffRefills(deps),
})
export type Practice = ReturnType<typeof createPractice>
