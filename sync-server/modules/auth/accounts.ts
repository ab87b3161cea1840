/** Accounts, put together: how one comes about, what is done when its password is forgotten, and what may be changed. */
import type { AccountDeps } from './account-deps.ts'
import { createChangeEmail } from './change-email.ts'
import { createChangePassword } from './change-password.ts'
import { type FurtherProof, noFurtherProof } from './further-proof.ts'
import { createOneTime } from './one-time.ts'
import { createOpenAccount, type NewClientAccount } from './open-account.ts'
import type { PasswordCheck } from './password-check.ts'
import { createPasswordPolicy } from './password-policy.ts'
import { createPasswordReset } from './password-reset.ts'
import { type AcceptInvitation, createProxyAccounts } from './proxy-accounts.ts'
import { createRegistration } from './registration.ts'
import { createStaffAccounts } from './staff-accounts.ts'
import { createTerms } from './terms.ts'
import { createThrottleKey } from './throttle.ts'

export interface AccountsDeps extends Omit<AccountDeps, 'oneTime' | 'policy'> {
  readonly pepper: Uint8Array
  readonly checkPassword: PasswordCheck
  /** Absent: a link or a password is enough for everybody. */
  readonly furtherProof?: FurtherProof
  /** In the transaction that makes the account of somebody who was invited. */
  readonly acceptInvitation: AcceptInvitation
  readonly onRegistered: (
    tx: Parameters<Parameters<AccountDeps['database']['transaction']>[0]>[0],
    account: NewClientAccount,
  ) => Promise<void>
}

export type Accounts = ReturnType<typeof createAccounts>

export function createAccounts({ pepper, furtherProof = noFurtherProof, ...given }: AccountsDeps) {
  const deps = {
    ...given,
    furtherProof,
    oneTime: createOneTime(pepper),
    policy: createPasswordPolicy(),
    throttleKey: createThrottleKey(pepper),
  }
  return {
    registration: { ...createRegistration(deps), ...createOpenAccount(deps) },
    reset: createPasswordReset(deps),
    changePassword: createChangePassword(deps),
    email: createChangeEmail(deps),
    staff: createStaffAccounts(deps),
    proxies: createProxyAccounts(deps),
    terms: createTerms(deps),
  }
}
