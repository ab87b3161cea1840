/** Sessions, put together: signing in, staying signed in, signing out, and what else opens a session or asks for a password. */
import type { Clock } from '../../../shared/kernel/clock.ts'
import type { RateLimits } from '../../http/rate-limits.ts'
import type { AccessTokens } from '../../platform/access-token.ts'
import type { Database } from '../../platform/database.ts'
import type { PasswordHasher } from '../../platform/password-hasher.ts'
import type { SocketTickets } from '../../platform/socket-ticket.ts'
import { createConfirmation } from './confirmation.ts'
import { createSessionIssuer } from './issue-session.ts'
import { createLogin, type FurtherFactor } from './login.ts'
import { createLogout } from './logout.ts'
import { createPasswordCheck } from './password-check.ts'
import { createRefresh } from './refresh.ts'
import { createRefreshTokens } from './refresh-token.ts'

export interface AuthDeps {
  readonly database: Database
  readonly passwords: PasswordHasher
  readonly tokens: AccessTokens
  readonly tickets: SocketTickets
  readonly pepper: Uint8Array
  readonly limits: RateLimits
  readonly clock: Clock
  /** Called after the end of a session is durable. */
  readonly onSessionEnd: (sessionId: string) => void
  readonly furtherFactor?: FurtherFactor
}

export type AuthService = ReturnType<typeof createAuthService>

export function createAuthService(deps: AuthDeps) {
  const refreshTokens = createRefreshTokens(deps.pepper)
  const issuer = createSessionIssuer({ ...deps, refreshTokens })
  const checkPassword = createPasswordCheck(deps)
  return {
    issuer,
    checkPassword,
    confirmation: createConfirmation({ ...deps, checkPassword }),
    login: createLogin({ ...deps, checkPassword, issuer }),
    refresh: createRefresh({ ...deps, refreshTokens, issuer }),
    logout: createLogout({ ...deps, refreshTokens }),
  }
}
