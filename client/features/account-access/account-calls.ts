/**
 * Asking the accounts without a session: what goes out, what comes back, checked at the edge, and why nothing did. A
 * failure is a value that the pages put into words (components/call-failure.tsx).
 */
import * as z from 'zod/mini'
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import type { AccountAnswer, AccountCall, GivenFactor, PortalSession } from '../../replica/portal-session.ts'

// The page's policy allows no code made from text, which zod would try.
z.config({ jitless: true })

export type FindRecord = { readonly dateOfBirth: string } & (
  | { readonly ssn4: string }
  | { readonly mrn: string }
)

const Pending = z.object({ id: z.uuid(), expiresIn: z.number() })
const Proven = z.object({
  ticket: z.string(),
  email: z.nullable(z.string()),
  name: z.string(),
  practiceName: z.string(),
})
const Opened = z.discriminatedUnion('next', [
  z.object({ next: z.literal('sign-in') }),
  z.object({ next: z.literal('verify'), id: z.uuid(), expiresIn: z.number() }),
])
const Reset = z.object({ email: z.string() })
const Nothing = z.null()
const Problem = z.object({
  code: z.string(),
  detail: z.string(),
  stepUp: z.optional(
    z.object({ accepts: z.array(z.string()), passkey: z.optional(z.record(z.string(), z.unknown())) }),
  ),
})

export type Pending = z.infer<typeof Pending>
export type Proven = z.infer<typeof Proven>
export type Opened = z.infer<typeof Opened>

type Plain =
  | 'offline'
  | 'captive'
  | 'unavailable'
  | 'too-often'
  | 'wrong-code'
  | 'taken'
  | 'not-understood'
  | 'wrong-password'
  | 'locked'
  | 'ended'
  | 'factor-needed'
  | 'wrong-factor'
/** `detail`: the server's own words, where only it knows what is wrong. */
export type CallFailure =
  | {
      readonly why: Plain
      /** What to ask the browser for, where a passkey would do as the second step. */
      readonly passkey?: Readonly<Record<string, unknown>>
    }
  | { readonly why: 'weak-password' | 'other'; readonly detail: string }

const BY_CODE: Readonly<Record<string, Plain>> = {
  wrong_code: 'wrong-code',
  already_exists: 'taken',
  wrong_credentials: 'wrong-password',
  account_locked: 'locked',
  step_up_required: 'factor-needed',
  wrong_factor: 'wrong-factor',
  session_expired: 'ended',
  not_authenticated: 'ended',
  rate_limited: 'too-often',
  invalid_message: 'not-understood',
  unavailable: 'unavailable',
  internal: 'unavailable',
}

/** The account has one more factor than the password. */
export const asksForFactor = (failure: CallFailure | null): boolean =>
  failure?.why === 'factor-needed' || failure?.why === 'wrong-factor'

/** The question for a passkey that would do as the second step. Each is good once: the newest one counts. */
export const passkeyOf = (failure: CallFailure | null) =>
  failure !== null && 'passkey' in failure ? failure.passkey : undefined

/** Pure. */
export function failureOf({ status, body, why }: AccountAnswer, isOnline: boolean): CallFailure {
  if (why === 'captive') return { why: 'captive' }
  if (status === 0) return { why: isOnline ? 'unavailable' : 'offline' }
  if (status === 401 && body === null) return { why: 'ended' }
  const problem = z.safeParse(Problem, body)
  if (!problem.success) return { why: 'unavailable' }
  const { code, detail, stepUp } = problem.data
  if (code === 'weak_password') return { why: 'weak-password', detail }
  const known = BY_CODE[code]
  if (known === undefined) return { why: 'other', detail }
  return stepUp?.passkey === undefined ? { why: known } : { why: known, passkey: stepUp.passkey }
}

const isOnline = () => navigator.onLine

export function createAccountCalls(session: Pick<PortalSession, 'askAccounts'>) {
  const ask = async <T>(
    call: AccountCall,
    body: unknown,
    schema: z.ZodMiniType<T>,
  ): Promise<Result<T, CallFailure>> => {
    const answer = await session.askAccounts({ call, body })
    if (answer.status !== 200 && answer.status !== 204) return err(failureOf(answer, isOnline()))
    const read = z.safeParse(schema, answer.body)
    return read.success ? ok(read.data) : err({ why: 'unavailable' })
  }
  return {
    findRecord: (by: FindRecord) => ask('find-record', by, Pending),
    proveByCode: (given: { id: string; code: string }) => ask('prove-by-code', given, Proven),
    proveByInvitation: (given: { invite: string; dateOfBirth: string }) =>
      ask('prove-by-invitation', given, Proven),
    openAccount: (given: { ticket: string; email: string; password: string }) =>
      ask('open-account', { ...given, acceptTerms: true }, Opened),
    joinRecord: (given: { invite: string; dateOfBirth: string; name: string; password: string }) =>
      ask('join-record', { ...given, acceptTerms: true }, Nothing),
    verifyEmail: (given: { id: string; code: string }) => ask('verify-email', given, Nothing),
    forgotPassword: (email: string) => ask('forgot-password', { email }, Nothing),
    resetPassword: (given: { link: string; password: string; factor?: GivenFactor }) =>
      ask('reset-password', given, Reset),
    confirmEmail: (link: string) => ask('confirm-email', { link }, Nothing),
    undoEmail: (link: string) => ask('undo-email', { link }, Nothing),
  }
}
export type AccountCalls = ReturnType<typeof createAccountCalls>
