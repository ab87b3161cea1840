/**
 * The end of a record, step by step: closed (the client and everybody they let in are out; the practice still reads),
 * then erased by destroying its keys, unless a duty to keep it stands. Nothing is undone after that, by anybody.
 * SPEC: sync-server/platform/SPEC.md, A12 and A13.
 */
import type { Clock } from '../../../shared/kernel/clock.ts'
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import { type Refusal, refusal } from '../../../shared/protocol/errors.ts'
import { appendAudit, appendToRecord } from '../../platform/audit-store.ts'
import type { Database, DirectTransaction } from '../../platform/database.ts'
import type { Actor } from '../../replication/actor.ts'
import { type Relation, readClientAccess } from '../../replication/client-access-store.ts'
import { type AuditPart, auditOf } from '../../replication/commit.ts'
import { lockHead } from '../../replication/head-store.ts'
import {
  type ClosingState,
  closeRecord,
  type EndedAccess,
  readClosing,
  reopenRecord,
  setRetention,
  shredRecord,
} from './transactor.ts'

interface Deps {
  readonly database: Database
  readonly clock: Clock
  /** In the transaction that erases: what others are to forget is asked for, while it is known who they are. */
  readonly onErasing: (
    tx: DirectTransaction,
    record: { readonly clientId: string; readonly practiceId: string },
  ) => Promise<void>
  /** Called after it is durable: sessions end, devices wipe themselves, proxies lose the record. */
  readonly onClosed: (clientId: string, ended: EndedAccess) => void
  /** Called after it is durable: nothing of it stays in memory. */
  readonly onShredded: (clientId: string) => void
}
/** What a member of staff asks for, and why: the reason goes to the audit trail. */
export interface Asked {
  readonly actor: Actor
  readonly clientId: string
  readonly reason: string
}
/** What cannot be taken back whole: the name on the record is typed once more. */
export interface AskedByName extends Asked {
  readonly name: string
}
export interface Closing {
  readonly name: string
  readonly state: 'open' | 'closed'
  readonly closedAt: number | null
  readonly retainUntil: string | null
  readonly mustBeKept: boolean
  readonly devices: number
}
export type RecordsService = ReturnType<typeof createRecordsService>

const OFFICE: readonly Relation[] = ['front-desk', 'admin']
const ADMIN: readonly Relation[] = ['admin']
const noRecord = refusal('not_found', 'There is no such record.')
const notOpen = refusal('wrong_state', 'This record is closed already.')
const notClosed = refusal('wrong_state', 'Close the record first. Nothing was erased.')
const otherName = refusal('wrong_state', 'That is not the name on this record. Nothing was changed.')

export function createRecordsService({ database, clock, onErasing, onClosed, onShredded }: Deps) {
  /** Under the lock on the head: nobody writes to the record meanwhile. What `run` refuses is audited as well. */
  const act = <T>(
    { actor, clientId, reason }: Asked,
    action: string,
    permit: readonly Relation[],
    run: (tx: DirectTransaction, found: ClosingState, now: number) => Promise<Result<T, Refusal>>,
    /** What else the trail says of it, from what stood there before. */
    more: (found: ClosingState) => string = () => '',
  ): Promise<Result<T, Refusal>> =>
    database.direct(async (tx): Promise<Result<T, Refusal>> => {
      const now = clock.now()
      const event = (part: Omit<AuditPart, 'action'>) => auditOf(actor, clientId, now, { action, ...part })
      const { relation } = await readClientAccess(tx, actor, clientId, now)
      if (!permit.includes(relation)) {
        await appendAudit(tx, [event({ outcome: 'denied', reason: noRecord.code })])
        return err(noRecord)
      }
      await lockHead(tx, clientId)
      const found = await readClosing(tx, clientId, now)
      const done = await run(tx, found, now)
      const part = done.ok
        ? ({ outcome: 'allowed', reason: `${reason}${more(found)}` } as const)
        : ({ outcome: 'denied', reason: done.error.code } as const)
      await appendToRecord(tx, event(part))
      return done
    })

  return {
    state: (actor: Actor, clientId: string): Promise<Result<Closing, Refusal>> =>
      act({ actor, clientId, reason: '' }, 'record.closing', OFFICE, async (_, found) => ok(shown(found))),

    async close(asked: AskedByName, retainUntil: string | null): Promise<Result<null, Refusal>> {
      const done = await act<EndedAccess>(
        asked,
        'record.close',
        OFFICE,
        async (tx, found, now) => {
          if (found.closedAt !== null) return err(notOpen)
          if (!isNamed(found, asked)) return err(otherName)
          await setRetention(tx, asked.clientId, retainUntil)
          return ok(await closeRecord(tx, asked.clientId, now))
        },
        (found) => keptUntil(found, retainUntil),
      )
      if (!done.ok) return done
      onClosed(asked.clientId, done.value)
      return ok(null)
    },

    reopen: (asked: Asked): Promise<Result<null, Refusal>> =>
      act(asked, 'record.reopen', ADMIN, async (tx, found) => {
        if (found.closedAt === null) return err(notClosed)
        await reopenRecord(tx, asked.clientId)
        return ok(null)
      }),

    retain: (asked: Asked, until: string | null): Promise<Result<null, Refusal>> =>
      act(
        asked,
        'record.retain',
        ADMIN,
        async (tx) => {
          await setRetention(tx, asked.clientId, until)
          return ok(null)
        },
        (found) => keptUntil(found, until),
      ),

    async shred(asked: AskedByName): Promise<Result<null, Refusal>> {
      const done = await act<null>(asked, 'record.shred', ADMIN, async (tx, found, now) => {
        if (found.closedAt === null) return err(notClosed)
        if (mustBeKept(found))
          return err(
            refusal(
              'wrong_state',
              `This record must be kept until ${found.retainUntil}. Nothing was erased.`,
            ),
          )
        if (!isNamed(found, asked)) return err(otherName)
        const { practiceId } = asked.actor
        await onErasing(tx, { clientId: asked.clientId, practiceId })
        await shredRecord(tx, asked.clientId, now)
        return ok(null)
      })
      if (done.ok) onShredded(asked.clientId)
      return done
    },
  }
}

const keptUntil = ({ retainUntil }: ClosingState, next: string | null) =>
  retainUntil === next ? '' : ` (kept until: ${retainUntil ?? 'no day'}, now ${next ?? 'no day'})`
const isNamed = (found: ClosingState, { name }: AskedByName) => name.trim() === found.name.trim()
const mustBeKept = ({ retainUntil, today }: ClosingState) => retainUntil !== null && retainUntil >= today
const shown = (found: ClosingState): Closing => ({
  name: found.name,
  state: found.closedAt === null ? 'open' : 'closed',
  closedAt: found.closedAt?.getTime() ?? null,
  retainUntil: found.retainUntil,
  mustBeKept: mustBeKept(found),
  devices: found.devices,
})
