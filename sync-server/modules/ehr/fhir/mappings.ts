/** What is fed besides clients, by the name in the address. */
import { appointmentMapping } from './appointment.ts'
import { communicationMapping } from './communication.ts'
import type { Mapping } from './mapping.ts'
import { medicationMapping } from './medication-request.ts'
import { statementMapping } from './statement.ts'

export const FED_TYPES = ['appointments', 'medications', 'statements', 'messages'] as const
export type FedType = (typeof FED_TYPES)[number]

export const MAPPINGS: { readonly [T in FedType]: Mapping } = {
  appointments: appointmentMapping as unknown as Mapping,
  medications: medicationMapping as unknown as Mapping,
  statements: statementMapping as unknown as Mapping,
  messages: communicationMapping as unknown as Mapping,
}
