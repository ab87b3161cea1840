/**
 * What becomes of every table that has anything of a person when the record is erased. A test compares these lists with
 * the database's schema: a new table cannot be forgotten. The order is that in which rows may go.
 */

/** Rows go. By `client_id`. */
export const EMPTIED_BY_CLIENT = [
  'client_key',
  'client_tag_key',
  'ehr_link',
  'ehr_change',
  'kiosk_answer',
  'kiosk_visit',
  'form_draft',
  'form_submission',
  'slot_booking',
  'appointment',
  'appointment_request',
  'refill_request',
  'message',
  'message_thread',
  'message_receipt',
  'medication',
  'shared_document',
  'stored_file',
  'statement',
  'payment',
  'ledger_entry',
  'payment_share',
  'refund_attempt',
  'payment_attempt',
  'profile',
  'notice',
  'field_history',
  'quarantine',
  'mutation_result',
  'change_feed',
  'client_head_log',
  'access_grant',
  'access_invitation',
  'clinician_assignment',
  'one_time_code',
  'notification',
] as const

/** Rows of the client's own account go. By `account_id`. */
export const EMPTIED_BY_ACCOUNT = [
  'access_grant',
  'one_time_code',
  'terms_acceptance',
  'totp_factor',
  'passkey',
  'recovery_code',
  'notification',
  'payment_customer',
  'push_subscription',
] as const

/** Rows stay, without a word about the person, and for what. */
export const KEPT_WITHOUT_CONTENT: { readonly [table: string]: string } = {
  client: 'its id and practice, when it was closed and erased; no name, birthday, address or tag',
  portal_account: 'its id and role, closed for good; no name, address or password',
  device: 'its id and when it was wiped, so that one that was away is told to; no name or network address',
  ehr_account: 'accounts of machines, never of a person',
  ehr_webhook: 'of accounts of machines',
  kiosk_tablet: 'accounts of tablets, never of a person',
  session: 'when it began and ended; no token',
  client_head: 'where its audit chain ends, so that the chain can be verified',
  audit_event:
    'who did what and when: ids, network addresses and browsers, reasons as they were given; no content',
}
