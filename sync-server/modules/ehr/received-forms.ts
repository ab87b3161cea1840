/** Forms that were filled in elsewhere, put by the record system's own id. The same again changes nothing. */
import type { Clock } from '../../../shared/kernel/clock.ts'
import type { JsonObject } from '../../../shared/kernel/json.ts'
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import { type Refusal, refusal } from '../../../shared/protocol/errors.ts'
import { NO_CLIENT } from '../../platform/audit-chain.ts'
import { appendAudit } from '../../platform/audit-store.ts'
import type { Database, SqlTransaction } from '../../platform/database.ts'
import type { Actor } from '../../replication/actor.ts'
import { auditOf } from '../../replication/commit.ts'
import { type Fed, fedDocumentId, NameTaken } from './feed.ts'
import { putLinks, readLinks } from './link-store.ts'

interface Deps {
  readonly database: Database
  readonly clock: Clock
  /** Hands it in, with all that the server checks of a submission. */
  readonly receive: (
    actor: Actor,
    clientId: string,
    received: {
      readonly submissionId: string
      readonly response: JsonObject
      readonly settled: (tx: SqlTransaction) => Promise<void>
    },
  ) => Promise<Result<{ readonly outcome: 'created' | 'unchanged' }, Refusal>>
}

const RESOURCE = 'submissions'
const noPatient = refusal('not_found', 'There is no such client: feed clients first.')
const others = refusal('wrong_state', 'This id is that of something of another client.')

export const createReceivedForms = ({ database, clock, receive }: Deps) => ({
  async put(
    actor: Actor,
    externalId: string,
    { patient, response }: { readonly patient: string; readonly response: JsonObject },
  ): Promise<Result<Fed, Refusal>> {
    const { practiceId } = actor
    const links = await database.direct((tx) =>
      readLinks(tx, practiceId, [
        { resource: 'clients', externalId: patient },
        { resource: RESOURCE, externalId },
      ]),
    )
    const clientId = links.find(({ resource }) => resource === 'clients')?.clientId
    if (clientId === undefined) {
      const part = { action: 'ehr.put', outcome: 'denied', reason: noPatient.code } as const
      await database.direct((tx) => appendAudit(tx, [auditOf(actor, NO_CLIENT, clock.now(), part)]))
      return err(noPatient)
    }
    if (links.some((link) => link.resource === RESOURCE && link.clientId !== clientId)) return err(others)
    const documentId = fedDocumentId(practiceId, RESOURCE, externalId)
    const link = { clientId, resource: RESOURCE, externalId, documentId, rev: 1 }
    const settled = async (tx: SqlTransaction) => {
      if ((await putLinks(tx, practiceId, [link])) !== 1) throw new NameTaken()
    }
    try {
      const done = await receive(actor, clientId, { submissionId: documentId, response, settled })
      return done.ok
        ? ok({ id: externalId, portalId: documentId, rev: 1, outcome: done.value.outcome })
        : done
    } catch (error) {
      if (error instanceof NameTaken) return err(others)
      throw error
    }
  },
})
export type ReceivedForms = ReturnType<typeof createReceivedForms>
