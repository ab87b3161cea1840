/** RFC 9457 problem details: one shape for every refusal of the HTTP surface. `code` is stable, `detail` is for people. */
import type { Response } from 'express'
import { z } from 'zod'
import { ERROR_STATUS, type ErrorCode, type Refusal, refusal } from '../../shared/protocol/errors.ts'

export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  code: z.enum(Object.keys(ERROR_STATUS) as [ErrorCode, ...ErrorCode[]]),
  detail: z.string(),
  /** Which request this was, for a question to the practice: it is in the server's log. */
  requestId: z.string(),
  /** Seconds until another attempt can succeed. */
  retryAfter: z.number().int().optional(),
  about: z
    .uuid()
    .optional()
    .meta({ description: 'With `already_requested`: the open request that stands in the way.' }),
  stepUp: z
    .object({
      accepts: z.array(z.enum(['password', 'totp', 'passkey', 'recovery-code'])),
      passkey: z.record(z.string(), z.unknown()).optional(),
    })
    .optional()
    .meta({
      description:
        'With `step_up_required` and `confirmation_needed`: what is accepted, and what to ask a passkey for.',
    }),
  lastPush: z.string().optional().meta({
    description: 'With `device_revoked`: a token with which the device hands in what it had not sent.',
  }),
})
export type Problem = z.infer<typeof Problem>

const TITLES: Record<ErrorCode, string> = {
  invalid_message: 'The request is not understood',
  not_authenticated: 'Sign-in is needed',
  use_dpop_nonce: 'The proof needs the server’s nonce',
  invalid_dpop_proof: 'The device’s proof is not valid',
  wrong_credentials: 'E-mail or password is wrong',
  account_locked: 'Too many attempts',
  wrong_code: 'The code or link is not right',
  weak_password: 'The password is too easy to guess',
  session_expired: 'The session has ended',
  not_permitted: 'Not permitted',
  confirmation_needed: 'Your password is needed again',
  step_up_required: 'Your second factor is needed',
  wrong_factor: 'The second factor is not right',
  enrolment_needed: 'Two-step sign-in has to be set up first',
  device_revoked: 'This device was signed out',
  not_found: 'Not found',
  link_expired: 'The link has expired',
  stale_revision: 'Changed meanwhile',
  already_exists: 'Exists already',
  number_taken: 'The number belongs to another change',
  wrong_state: 'Not possible in this state',
  already_requested: 'Asked for already',
  slot_taken: 'This time was taken',
  payments_off: 'Payments are not taken here',
  precondition_failed: 'Changed meanwhile',
  precondition_required: 'The revision is missing',
  unreadable: 'It cannot be read any more',
  too_large: 'Too large',
  invalid_document: 'The document is not valid',
  invalid_answers: 'Some answers are not valid',
  protocol_unsupported: 'The app is too old for this server',
  rate_limited: 'Too many requests',
  internal: 'Something went wrong on the server',
  unavailable: 'The service is not available',
}

/** An expected failure that also says when to come back. */
export interface DelayedRefusal extends Refusal {
  readonly retryAfter?: number
  /** For a device that was signed out. */
  readonly lastPush?: string
  /** What would have been enough. */
  readonly stepUp?: StepUp
}
export interface StepUp {
  readonly accepts: readonly ('password' | 'totp' | 'passkey' | 'recovery-code')[]
  /** `PublicKeyCredentialRequestOptionsJSON`. */
  readonly passkey?: Readonly<Record<string, unknown>>
}

export function sendProblem(response: Response, failure: DelayedRefusal): void {
  const status = ERROR_STATUS[failure.code]
  const body: Problem = {
    type: `urn:mentalspace:problem:${failure.code}`,
    title: TITLES[failure.code],
    status,
    code: failure.code,
    detail: failure.detail,
    requestId: String(response.locals.requestId ?? ''),
    ...(failure.retryAfter === undefined ? {} : { retryAfter: failure.retryAfter }),
    ...(failure.about === undefined ? {} : { about: failure.about }),
    ...(failure.stepUp === undefined
      ? {}
      : { stepUp: { ...failure.stepUp, accepts: [...failure.stepUp.accepts] } }),
    ...(failure.lastPush === undefined ? {} : { lastPush: failure.lastPush }),
  }
  if (status === 401)
    response.setHeader('WWW-Authenticate', response.locals.challenge ?? challenge(failure.code))
  if (failure.retryAfter !== undefined) response.setHeader('Retry-After', String(failure.retryAfter))
  response.status(status).type('application/problem+json').send(JSON.stringify(body))
}

/** RFC 9449, section 7.1. */
const challenge = (code: ErrorCode): string =>
  code === 'use_dpop_nonce' || code === 'invalid_dpop_proof'
    ? `DPoP algs="ES256", error="${code}"`
    : 'DPoP algs="ES256"'

export const notFound = refusal('not_found', 'There is nothing here.')
/** Devices come back by themselves, spread over their own waits; this is for everybody else. */
export const unavailable: DelayedRefusal = {
  ...refusal('unavailable', 'The server cannot reach its records now. Nothing was changed; try again.'),
  retryAfter: 5,
}
export const internal = refusal('internal', 'The request could not be completed. Nothing was changed.')
