/** The bytes of files that were handed in with a form, by the portal's ids of the form and of the file. SPEC: H12, H18. */
import type { Response } from 'express'
import { err, type Result } from '../../../shared/kernel/result.ts'
import { COLLECTIONS } from '../../../shared/protocol/collections.ts'
import { type Refusal, refusal } from '../../../shared/protocol/errors.ts'
import { NO_CLIENT } from '../../platform/audit-chain.ts'
import { appendAudit } from '../../platform/audit-store.ts'
import type { Database } from '../../platform/database.ts'
import type { Actor } from '../../replication/actor.ts'
import { auditOf } from '../../replication/commit.ts'
import { findClientOf } from './change-store.ts'

/** What the module of documents does; the composition root brings the two together. */
export interface FileSender {
  /** Writes the file into the answer, from this part of 256 KiB on. */
  send(
    response: Response,
    actor: Actor,
    wanted: {
      readonly clientId: string
      readonly id: string
      readonly submissionId: string
      readonly action: string
    },
    from: number,
  ): Promise<Result<undefined, Refusal>>
}
interface Deps {
  readonly database: Database
  readonly clock: { now(): number }
  readonly files: FileSender
}

const ACTION = 'ehr.answer-files'
const NOTHING = refusal('not_found', 'There is no such file.')

export const createFedAnswerFiles = ({ database, clock, files }: Deps) => ({
  async send(
    response: Response,
    actor: Actor,
    { submission, file }: { readonly submission: string; readonly file: string },
    from: number,
  ): Promise<Result<undefined, Refusal>> {
    const { practiceId } = actor
    const clientId = await database.direct((tx) =>
      findClientOf(tx, practiceId, COLLECTIONS.submissions.number, submission),
    )
    if (clientId !== undefined)
      return files.send(
        response,
        actor,
        { clientId, id: file, submissionId: submission, action: ACTION },
        from,
      )
    const part = { action: ACTION, outcome: 'denied', reason: NOTHING.code } as const
    await database.direct((tx) => appendAudit(tx, [auditOf(actor, NO_CLIENT, clock.now(), part)]))
    return err(NOTHING)
  },
})
export type FedAnswerFiles = ReturnType<typeof createFedAnswerFiles>
