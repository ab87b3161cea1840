/** What the services of tablets and visits are made of. */
import type { Clock } from '../../../shared/kernel/clock.ts'
import type { Result } from '../../../shared/kernel/result.ts'
import type { Refusal } from '../../../shared/protocol/errors.ts'
import type { DelayedRefusal } from '../../http/problem.ts'
import type { RateLimits } from '../../http/rate-limits.ts'
import type { Database } from '../../platform/database.ts'
import type { Actor } from '../../replication/actor.ts'
import type { CommitSession } from '../../replication/commit.ts'
import type { Replication } from '../../replication/replication.ts'
import type { ClinicKeys } from './clinic-key-store.ts'

export interface KioskDeps {
  readonly database: Database
  readonly replication: Replication
  readonly clock: Clock
  readonly clinicKeys: ClinicKeys
  readonly limits: Pick<RateLimits, 'signIn' | 'signInFailed'>
  /** Keyed by the server's pepper: a copied table opens no door. */
  readonly hashCode: (code: string) => string
  /** What is missing before a member of staff may change what guards the tablets; undefined: nothing. */
  readonly missing: (sessionId: string) => Promise<DelayedRefusal | undefined>
  /** Gives the client the newest version of a form: the forms' own way. */
  readonly assign: (
    session: Pick<CommitSession, 'apply' | 'work'>,
    actor: Actor,
    form: { readonly clientId: string; readonly formKey: string },
  ) => Promise<Result<{ draftId: string }, Refusal>>
}
