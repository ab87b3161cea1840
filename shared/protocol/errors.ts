/**
 * Every refusal the server can give, once: the stable code that REST (RFC 9457 `code`), socket acks and quarantine
 * reasons share, and the HTTP status it maps to. Codes are never renamed.
 */
export const ERROR_STATUS = {
  invalid_message: 400,
  not_authenticated: 401,
  use_dpop_nonce: 401,
  invalid_dpop_proof: 401,
  wrong_credentials: 401,
  account_locked: 423,
  wrong_code: 422,
  weak_password: 422,
  session_expired: 401,
  not_permitted: 403,
  confirmation_needed: 403,
  step_up_required: 403,
  wrong_factor: 422,
  enrolment_needed: 403,
  device_revoked: 403,
  not_found: 404,
  /** It was good once. */
  link_expired: 410,
  stale_revision: 409,
  already_exists: 409,
  /** Another mutation of this device was answered under this number. */
  number_taken: 409,
  wrong_state: 409,
  /** An open request asks for the same. */
  already_requested: 409,
  slot_taken: 409,
  /** The practice takes no payments over the portal. */
  payments_off: 409,
  /** `If-Match` names another revision than the present one, or is missing. */
  precondition_failed: 412,
  precondition_required: 428,
  /** What is stored was changed behind the server's back. */
  unreadable: 409,
  too_large: 413,
  invalid_document: 422,
  invalid_answers: 422,
  protocol_unsupported: 426,
  rate_limited: 429,
  internal: 500,
  unavailable: 503,
} as const satisfies Record<string, number>

export type ErrorCode = keyof typeof ERROR_STATUS

/** An expected failure. `detail` is for people (English, no health data, no ids of others). */
export interface Refusal {
  readonly code: ErrorCode
  readonly detail: string
  /** Id of what stands in the way, of the same record. */
  readonly about?: string
}
export const refusal = (code: ErrorCode, detail: string, about?: string): Refusal => ({
  code,
  detail,
  ...(about !== undefined && { about }),
})
