/** Who may do what with forms. The server decides by this inside its transaction; devices only by it what to offer. Pure. */

export type FormsRole = 'client' | 'proxy' | 'clinician' | 'front-desk' | 'admin' | 'ehr' | 'kiosk'
export type FormsAction =
  | 'read-definition'
  | 'read-draft'
  | 'write-draft'
  | 'submit'
  /** Hand in what was filled in elsewhere. */
  | 'bring-submission'
  | 'read-submission'
  | 'review-submission'
  | 'assign-form'
  | 'publish-definition'

const ALLOWED: Record<FormsRole, readonly FormsAction[]> = {
  client: ['read-definition', 'read-draft', 'write-draft', 'submit', 'read-submission'],
  proxy: ['read-definition', 'read-draft', 'write-draft', 'submit', 'read-submission'],
  // What a client has not sent yet is the client's alone: no staff role reads drafts.
  clinician: ['read-definition', 'read-submission', 'review-submission', 'assign-form'],
  'front-desk': ['read-definition', 'assign-form'],
  admin: ['read-definition', 'read-submission', 'assign-form', 'publish-definition'],
  ehr: ['read-definition', 'read-submission', 'bring-submission'],
  // For the one client of a visit, and only what was typed there (sync-server/modules/kiosk).
  kiosk: ['write-draft', 'submit'],
}

/** Whether the role may at all; that the record is within reach (own, granted, same practice) is checked besides. */
export const mayWithForms = (role: FormsRole, action: FormsAction): boolean => ALLOWED[role].includes(action)
