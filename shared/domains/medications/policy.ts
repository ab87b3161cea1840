/** Who may do what with prescriptions. The server decides by this; screens only by it what to offer. Pure. */

export type PrescriptionRole = 'client' | 'proxy' | 'clinician' | 'front-desk' | 'admin' | 'ehr' | 'kiosk'
export type PrescriptionAction = 'read' | 'ask' | 'decide'

const ALLOWED: Record<PrescriptionRole, readonly PrescriptionAction[]> = {
  client: ['read', 'ask'],
  proxy: ['read', 'ask'],
  // Of the clients they look after; asked of the database besides.
  clinician: ['read', 'decide'],
  // What somebody takes is between them and those who treat them.
  'front-desk': [],
  admin: [],
  ehr: ['read'],
  kiosk: [],
}

/** Whether the role may at all; that the record is within reach is checked besides. */
export const mayWithPrescriptions = (role: PrescriptionRole, action: PrescriptionAction): boolean =>
  ALLOWED[role].includes(action)
