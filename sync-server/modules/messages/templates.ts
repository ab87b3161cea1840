/** Texts that the staff of a practice start an answer with. They hold no client's data; changes are in the audit trail. */
import { randomUUID } from 'node:crypto'
import type { Clock } from '../../../shared/kernel/clock.ts'
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import { type Refusal, refusal } from '../../../shared/protocol/errors.ts'
import { NO_CLIENT } from '../../platform/audit-chain.ts'
import { appendAudit } from '../../platform/audit-store.ts'
import type { Database, Transaction } from '../../platform/database.ts'
import type { Actor } from '../../replication/actor.ts'
import { auditOf } from '../../replication/commit.ts'
import { readTemplates, type TemplateRow } from './reader.ts'
import { deleteTemplate, putTemplate } from './transactor.ts'

export interface Templates {
  list(actor: Actor): Promise<readonly TemplateRow[]>
  add(
    actor: Actor,
    text: { readonly title: string; readonly body: string },
  ): Promise<Result<TemplateRow, Refusal>>
  remove(actor: Actor, id: string): Promise<Result<Record<string, never>, Refusal>>
}

export function createTemplates({
  database,
  clock,
}: {
  readonly database: Database
  readonly clock: Clock
}): Templates {
  const audited = <T>(
    actor: Actor,
    action: string,
    run: (tx: Transaction) => Promise<Result<T, Refusal>>,
  ): Promise<Result<T, Refusal>> =>
    database.transaction(async (tx) => {
      const ran = await run(tx)
      const part = ran.ok
        ? ({ action, outcome: 'allowed' } as const)
        : ({ action, outcome: 'denied', reason: ran.error.code } as const)
      await appendAudit(tx, [auditOf(actor, NO_CLIENT, clock.now(), part)])
      return ran
    })
  return {
    list: (actor) => database.transaction((tx) => readTemplates(tx, actor.practiceId)),
    add: (actor, text) =>
      audited(actor, 'staff.template.add', async (tx) => {
        const template = { id: randomUUID(), ...text }
        return (await putTemplate(tx, actor.practiceId, actor.accountId, template))
          ? ok(template)
          : err(refusal('wrong_state', 'The practice has 200 texts already: remove one first.'))
      }),
    remove: (actor, id) =>
      audited(actor, 'staff.template.remove', async (tx) =>
        (await deleteTemplate(tx, actor.practiceId, id))
          ? ok({})
          : err(refusal('not_found', 'There is no such text.')),
      ),
  }
}
