/**
 * Lists of staff over several clients: the role as the database has it now, pages by position, and one row in the audit
 * trail for the whole. Whom of the clients somebody reaches, the query says.
 */
import type { Clock } from '../../shared/kernel/clock.ts'
import { err, ok, type Result } from '../../shared/kernel/result.ts'
import { type Refusal, refusal } from '../../shared/protocol/errors.ts'
import { NO_CLIENT } from '../platform/audit-chain.ts'
import { appendAudit } from '../platform/audit-store.ts'
import type { Database, Transaction } from '../platform/database.ts'
import { type ListPosition, positionOf, positionText } from '../platform/list-position.ts'
import type { Actor, Role } from './actor.ts'
import { auditOf } from './commit.ts'
import { badCursor, type Page } from './revised.ts'
import { readStaffMember, type StaffMember } from './staff-member-store.ts'

const NOT_PERMITTED = refusal('not_permitted', 'Your role does not include this.')
const MOST = 200

interface Asked {
  readonly actor: Actor
  readonly action: string
  readonly permits: (role: Role) => boolean
}
export interface PageInput {
  readonly cursor?: string | undefined
  readonly limit?: number | undefined
}

export function createAcrossClients({
  database,
  clock,
}: {
  readonly database: Database
  readonly clock: Clock
}) {
  const run = <T>(
    { actor, action, permits }: Asked,
    work: (tx: Transaction, member: StaffMember) => Promise<Result<{ value: T; count: number }, Refusal>>,
  ): Promise<Result<T, Refusal>> =>
    database.transaction(async (tx) => {
      const member = await readStaffMember(tx, actor.accountId)
      const may = member !== undefined && permits(member.role as Role)
      const ran = may ? await work(tx, member) : err(NOT_PERMITTED)
      const part = ran.ok
        ? ({ action, outcome: 'allowed', count: ran.value.count } as const)
        : ({ action, outcome: 'denied', reason: ran.error.code } as const)
      await appendAudit(tx, [auditOf(actor, NO_CLIENT, clock.now(), part)])
      return ran.ok ? ok(ran.value.value) : ran
    })

  const list = <Row extends { readonly id: string }, T>(
    asked: Asked & { readonly at: (row: Row) => Date; readonly shown: (row: Row) => T },
    { cursor, limit = 50 }: PageInput,
    find: (
      tx: Transaction,
      member: StaffMember,
      page: { readonly limit: number; readonly after: ListPosition | undefined },
    ) => Promise<readonly Row[]>,
  ): Promise<Result<Page<T>, Refusal>> =>
    run<Page<T>>(asked, async (tx, member) => {
      const after = positionOf(cursor)
      if (after === null) return err(badCursor)
      const size = Math.min(limit, MOST)
      const rows = await find(tx, member, { limit: size + 1, after })
      const shown = rows.slice(0, size)
      const last = shown.at(-1)
      const more = rows.length > size && last !== undefined
      const next = more ? positionText({ at: asked.at(last).getTime(), id: last.id }) : null
      return ok({ value: { items: shown.map(asked.shown), next }, count: shown.length })
    })
  return { run, list }
}
