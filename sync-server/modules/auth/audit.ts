/** Audit rows of sign-ins and sign-outs. The address somebody tried is never written: it may be a typo of a password. */
import type { Caller } from '../../http/route.ts'

export type AuthAction =
  | 'auth.login'
  | 'auth.refresh'
  | 'auth.logout'
  | 'auth.confirm'
  | 'auth.second-step'
  | 'auth.device-signed-out'
  | 'auth.others-signed-out'
  | 'auth.device-revoked'
  | 'auth.device-wiped'
  | AccountAction
  | FactorAction
/** What happens to second factors. */
export type FactorAction =
  | 'mfa.totp-added'
  | 'mfa.totp-removed'
  | 'mfa.passkey-added'
  | 'mfa.passkey-renamed'
  | 'mfa.passkey-removed'
  | 'mfa.recovery-codes'
  | 'mfa.recovery-code-used'
  | 'mfa.reset'
  | 'mfa.policy'
/** What happens to accounts. */
export type AccountAction =
  | 'account.find'
  | 'account.code-sent'
  | 'account.prove'
  | 'account.register'
  | 'account.register-proxy'
  | 'account.verify-email'
  | 'account.invite'
  | 'account.forgot-password'
  | 'account.reset-sent'
  | 'account.reset-password'
  | 'account.change-password'
  | 'account.change-email'
  | 'account.confirm-email'
  | 'account.undo-email'
  | 'account.accept-terms'
  | 'account.unlock'
  | 'account.create-staff'
  | 'account.close-staff'
  | 'account.sign-out-staff'
  | 'account.list'

export interface AuthEvent {
  readonly action: AuthAction
  /** Why it was refused; absent when it was not. */
  readonly reason?: string
  /** Absent when no account is known. */
  readonly account?:
    | {
        readonly id: string | null
        readonly role: string | null
        readonly clientId: string | null
        /** Whose admins find it. */
        readonly practiceId: string
      }
    | undefined
  readonly deviceId?: string
  /** What was done and to whom, of what was allowed: ids alone. */
  readonly note?: string
}

export const auditRow = (
  caller: Caller,
  at: number,
  { action, reason, account, deviceId, note }: AuthEvent,
) => ({
  clientId: account?.clientId ?? null,
  practiceId: account?.practiceId ?? null,
  accountId: account?.id ?? null,
  role: account?.role ?? null,
  deviceId: deviceId ?? null,
  action,
  outcome: reason === undefined ? ('allowed' as const) : ('denied' as const),
  ...(reason === undefined && note === undefined ? {} : { reason: reason ?? note }),
  ip: caller.ip,
  userAgent: caller.userAgent,
  at,
})
