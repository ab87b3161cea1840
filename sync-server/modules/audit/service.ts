/**
 * Searching and exporting the audit trail: for the admins of a practice, and itself in the trail. Who is an admin is
 * asked of the database in every transaction.
 */
import { once } from 'node:events'
import type { Writable } from 'node:stream'
import type { Clock } from '../../../shared/kernel/clock.ts'
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import { type Refusal, refusal } from '../../../shared/protocol/errors.ts'
import { NO_CLIENT } from '../../platform/audit-chain.ts'
import { appendAudit } from '../../platform/audit-store.ts'
import type { Database, DirectTransaction } from '../../platform/database.ts'
import type { Actor } from '../../replication/actor.ts'
import { type AuditPart, auditOf } from '../../replication/commit.ts'
import { type ExportFormat, headOf, lineOf } from './export-lines.ts'
import {
  type AuditFilter,
  type AuditPosition,
  type AuditRow,
  readAdminPractice,
  searchAudit,
} from './reader.ts'

export interface AuditPage {
  readonly items: readonly AuditRow[]
  readonly next: string | null
}

const EXPORT_PAGE = 1_000
const notAdmin = refusal('not_permitted', 'Only an admin of the practice sees the audit trail.')
const badCursor = refusal('invalid_message', 'The cursor is not one that this list gave out.')

export type AuditService = ReturnType<typeof createAuditService>

export function createAuditService({
  database,
  clock,
}: {
  readonly database: Database
  readonly clock: Clock
}) {
  const asAdmin = <T>(
    actor: Actor,
    run: (tx: DirectTransaction, practiceId: string) => Promise<Result<T, Refusal>>,
    /** What the trail says of it; null where a row was written for the whole before. */
    part: ((value: T) => AuditPart) | null,
    action: string,
  ): Promise<Result<T, Refusal>> =>
    database.direct(async (tx) => {
      const practiceId = await readAdminPractice(tx, actor.accountId)
      const ran = practiceId === undefined ? err(notAdmin) : await run(tx, practiceId)
      const denied = { action, outcome: 'denied', reason: ran.ok ? null : ran.error.code } as const
      const said = ran.ok ? (part?.(ran.value) ?? null) : denied
      if (said !== null) await appendAudit(tx, [auditOf(actor, NO_CLIENT, clock.now(), said)])
      return ran
    })

  return {
    search(
      actor: Actor,
      {
        cursor,
        limit = 50,
        ...filter
      }: AuditFilter & { readonly cursor?: string | undefined; readonly limit?: number | undefined },
    ): Promise<Result<AuditPage, Refusal>> {
      return asAdmin(
        actor,
        async (tx, practiceId) => {
          const after = cursor === undefined ? undefined : parsePosition(cursor)
          if (after === null) return err(badCursor)
          const rows = await searchAudit(tx, practiceId, filter, limit + 1, after)
          const items = rows.slice(0, limit)
          const last = items.at(-1)
          return ok({ items, next: rows.length > limit && last ? positionText(last) : null })
        },
        ({ items }) => ({
          action: 'audit.search',
          outcome: 'allowed',
          count: items.length,
          reason: textOf(filter),
        }),
        'audit.search',
      )
    },

    /** Refuses before the first byte; breaks the connection where it cannot be finished, so that no half passes for a whole. */
    async export(
      actor: Actor,
      { format, ...filter }: AuditFilter & { readonly format: ExportFormat },
      open: () => Writable,
    ): Promise<Result<null, Refusal>> {
      // What is added while it is written is not in it: it begins with its own row.
      const until = Math.min(filter.until ?? Infinity, clock.now() + 1)
      const page = (
        after: AuditPosition | undefined,
        part: Parameters<typeof asAdmin<readonly AuditRow[]>>[2],
      ) =>
        asAdmin(
          actor,
          async (tx, practiceId) =>
            ok(await searchAudit(tx, practiceId, { ...filter, until }, EXPORT_PAGE, after)),
          part,
          'audit.export',
        )
      const reason = `${format}${textOf(filter) === null ? '' : `, ${textOf(filter)}`}`
      const first = await page(undefined, () => ({ action: 'audit.export', outcome: 'allowed', reason }))
      if (!first.ok) return first
      const out = open()
      try {
        await write(out, headOf(format))
        let rows = first.value
        for (;;) {
          await write(out, rows.map((row) => lineOf(format, row)).join(''))
          const last = rows.at(-1)
          if (last === undefined || rows.length < EXPORT_PAGE) break
          const next = await page(last, null)
          if (!next.ok) throw new Error('No admin any more.')
          rows = next.value
        }
        out.end()
      } catch (error) {
        out.destroy(error instanceof Error ? error : undefined)
      }
      return ok(null)
    },
  }
}

async function write(out: Writable, text: string): Promise<void> {
  if (out.destroyed) throw new Error('Nobody reads it any more.')
  if (text !== '' && !out.write(text)) await Promise.race([once(out, 'drain'), once(out, 'close')])
}

/** Ids, times and codes: nothing that a person typed. */
function textOf(filter: AuditFilter): string | null {
  const parts = Object.entries(filter).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name} ${value}`],
  )
  return parts.length === 0 ? null : parts.join(', ')
}

const positionText = ({ at, chain, seq }: AuditPosition) => `${at}_${chain}_${seq}`

function parsePosition(cursor: string): AuditPosition | null {
  const match = /^(\d{1,15})_([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})_(\d{1,15})$/.exec(cursor)
  return match === null ? null : { at: Number(match[1]), chain: match[2] ?? '', seq: Number(match[3]) }
}
