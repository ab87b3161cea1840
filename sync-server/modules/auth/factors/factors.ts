/** Second factors, put together: what checks them, what sets them up, and what asks for them. */
import type { Clock } from '../../../../shared/kernel/clock.ts'
import type { Database } from '../../../platform/database.ts'
import type { Outbox } from '../../../platform/outbox.ts'
import { createThrottleKey } from '../throttle.ts'
import { createChallenges } from './challenges.ts'
import { createCheckFactor, type FactorDeps } from './check-factor.ts'
import { createPasskeys } from './passkeys.ts'
import { createRecoveryHash } from './recovery-codes.ts'
import { createTotpSeal } from './totp-seal.ts'

export interface FactorParts {
  readonly database: Database
  readonly clock: Clock
  readonly outbox: Pick<Outbox, 'add' | 'nudge'>
  readonly pepper: Uint8Array
  /** Where the app is published: passkeys belong to its host. */
  readonly origin: () => string
  /** In development the app may be reached over another port of this machine. */
  readonly anyLocalPort: boolean
}
export type Factors = ReturnType<typeof createFactors>

export function createFactors({ pepper, anyLocalPort, ...given }: FactorParts) {
  const { clock, origin } = given
  const deps: FactorDeps = {
    ...given,
    throttleKey: createThrottleKey(pepper),
    totpSeal: createTotpSeal(pepper),
    recoveryHash: createRecoveryHash(pepper),
    passkeys: createPasskeys({ challenges: createChallenges(pepper, clock), origin, anyLocalPort }),
  }
  return { deps, checkFactor: createCheckFactor(deps) }
}
