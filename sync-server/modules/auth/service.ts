/** Sessions, put together: signing in, staying signed in, signing out, and what else opens a session or asks for a password. */
import type { Clock } from '../../../shared/kernel/clock.ts'
import type { RateLimits } from '../../http/rate-limits.ts'
import type { AccessTokens } from '../../platform/access-token.ts'
import type { Database } from '../../platform/database.ts'
import type { PasswordHasher } from '../../platform/password-hasher.ts'
import type { SocketTickets } from '../../platform/socket-ticket.ts'
import { createConfirmation } from './confirmation.ts'
import { createDepartedDevice } from './departed-device.ts'
import type { Factors } from './factors/factors.ts'
import { createFactorManagement } from './factors/manage.ts'
import { createPasskeySignIn } from './factors/passkey-sign-in.ts'
import { createStaffFactors } from './factors/staff-factors.ts'
import { createTwoStep } from './factors/two-step.ts'
import { createSessionIssuer, type SessionIssuerDeps } from './issue-session.ts'
import { createLogin } from './login.ts'
import { createLogout } from './logout.ts'
import { createOneTime } from './one-time.ts'
import { createPasswordCheck } from './password-check.ts'
import { createRefresh } from './refresh.ts'
import { createRefreshTokens } from './refresh-token.ts'

export interface AuthDeps {
  readonly database: Database
  readonly passwords: PasswordHasher
  readonly tokens: AccessTokens
  readonly tickets: SocketTickets
  readonly escrowTickets: SocketTickets
  readonly pepper: Uint8Array
  readonly limits: RateLimits
  readonly clock: Clock
  readonly factors: Factors
  readonly onNewDevice?: SessionIssuerDeps['onNewDevice']
  /** Called after the end of a session is durable. */
  readonly onSessionEnd: (sessionId: string) => void
}

export type AuthService = ReturnType<typeof createAuthService>

export function createAuthService(deps: AuthDeps) {
  const refreshTokens = createRefreshTokens(deps.pepper)
  const issuer = createSessionIssuer({ ...deps, refreshTokens })
  const checkPassword = createPasswordCheck(deps)
  const { checkFactor, deps: factorDeps } = deps.factors
  const { limits, onSessionEnd } = deps
  const oneTime = createOneTime(deps.pepper)
  const departed = createDepartedDevice({ database: deps.database, issuer })
  const steps = { ...factorDeps, limits, oneTime, issuer, checkFactor }
  const twoStep = createTwoStep(steps)
  const { accepts, furtherFactor } = twoStep
  const managing = { ...factorDeps, onSessionEnd }
  return {
    issuer,
    checkPassword,
    twoStep,
    passkeySignIn: createPasskeySignIn({ ...steps, departed }),
    factors: createFactorManagement(managing),
    staffFactors: createStaffFactors(managing),
    confirmation: createConfirmation({ ...deps, checkPassword, checkFactor, accepts, refreshTokens }),
    login: createLogin({ ...deps, checkPassword, issuer, departed, furtherFactor }),
    refresh: createRefresh({ ...deps, refreshTokens, issuer }),
    logout: createLogout({ ...deps, refreshTokens }),
  }
}
