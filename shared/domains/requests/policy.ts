/** Who may do what with appointments and what is asked about them. The server decides by this; screens only by it what to offer. Pure. */

export type AppointmentRole = 'client' | 'proxy' | 'clinician' | 'front-desk' | 'admin' | 'ehr' | 'kiosk'
export type AppointmentAction = 'read' | 'ask' | 'decide' | 'book'

const ALLOWED: Record<AppointmentRole, readonly AppointmentAction[]> = {
  client: ['read', 'ask'],
  proxy: ['read', 'ask'],
  // Of the clients they look after; asked of the database besides.
  clinician: ['read', 'decide', 'book'],
  'front-desk': ['read', 'decide', 'book'],
  admin: [],
  ehr: ['read', 'book'],
  kiosk: [],
}

/** Whether the role may at all; that the record is within reach is checked besides. */
export const mayWithAppointments = (role: AppointmentRole, action: AppointmentAction): boolean =>
  ALLOWED[role].includes(action)
