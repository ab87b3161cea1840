/**
 * Jobs that came to nothing, for the admins of a practice: what kind, when, how often tried and why not. Never what a
 * job is about, or for whom: that is sealed.
 */
import type { Clock } from '../../../shared/kernel/clock.ts'
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import { type Refusal, refusal } from '../../../shared/protocol/errors.ts'
import type { Database } from '../../platform/database.ts'
import { createOutboxStore, type DeadJob } from '../../platform/outbox-store.ts'
import { createAcrossClients, type PageInput } from '../../replication/across-clients.ts'
import type { Actor, Role } from '../../replication/actor.ts'
import type { Page } from '../../replication/revised.ts'

export interface FailedJob {
  readonly id: string
  readonly kind: string
  /** `failed`: no attempt could have helped. `expired`: tried until it would have been of no use. */
  readonly outcome: 'failed' | 'expired'
  readonly attempts: number
  readonly createdAt: number
  readonly endedAt: number
  readonly reason: string | null
  readonly retriable: boolean
}

interface Deps {
  readonly database: Database
  readonly clock: Clock
  readonly nudge: () => void
}
const NO_JOB = refusal('not_found', 'There is no such job, or nothing of it is left to try.')
const TRIED_AGAIN_FOR_MS = 24 * 3_600_000
const permits = (role: Role) => role === 'admin'

export function createJobsService({ database, clock, nudge }: Deps) {
  const { run, list } = createAcrossClients({ database, clock })
  const change = (
    actor: Actor,
    action: string,
    done: (tx: Parameters<typeof createOutboxStore>[0], practiceId: string) => Promise<boolean>,
  ): Promise<Result<null, Refusal>> =>
    run({ actor, action, permits }, async (tx, { practiceId }) =>
      (await done(tx, practiceId)) ? ok({ value: null, count: 1 }) : err(NO_JOB),
    )

  return {
    failed: (actor: Actor, page: PageInput): Promise<Result<Page<FailedJob>, Refusal>> =>
      list(
        {
          actor,
          action: 'jobs.failed',
          permits,
          at: (row: DeadJob) => row.doneAt,
          shown: ({
            id,
            kind,
            outcome,
            attempts,
            createdAt,
            doneAt,
            lastError,
            retriable,
          }: DeadJob): FailedJob => ({
            id,
            kind,
            outcome: outcome === 'expired' ? 'expired' : 'failed',
            attempts,
            createdAt: createdAt.getTime(),
            endedAt: doneAt.getTime(),
            reason: lastError,
            retriable,
          }),
        },
        page,
        (tx, { practiceId }, asked) => createOutboxStore(tx).dead(practiceId, asked),
      ),

    async retry(actor: Actor, id: string): Promise<Result<null, Refusal>> {
      const now = clock.now()
      const until = new Date(now + TRIED_AGAIN_FOR_MS)
      const done = await change(actor, 'jobs.retry', (tx, practiceId) =>
        createOutboxStore(tx).revive(practiceId, id, new Date(now), until),
      )
      if (done.ok) nudge()
      return done
    },

    dismiss: (actor: Actor, id: string): Promise<Result<null, Refusal>> =>
      change(actor, 'jobs.dismiss', (tx, practiceId) => createOutboxStore(tx).dismiss(practiceId, id)),
  }
}
export type JobsService = ReturnType<typeof createJobsService>
