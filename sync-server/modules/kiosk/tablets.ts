/**
 * Staff and their tablets: one is named and let in by a single-use code, seen in the strip, and let go again, which is
 * refused while it holds answers that have not arrived. SPEC: K1, K2, K10 and K11.
 */
import { randomUUID } from 'node:crypto'
import { isEasyPin, newCode } from '../../../shared/domains/kiosk/code.ts'
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import { type Refusal, refusal } from '../../../shared/protocol/errors.ts'
import type { DelayedRefusal } from '../../http/problem.ts'
import { NO_CLIENT } from '../../platform/audit-chain.ts'
import { appendAudit } from '../../platform/audit-store.ts'
import type { SqlTransaction } from '../../platform/database.ts'
import { randomBytesOf } from '../../platform/key-provider.ts'
import type { Actor, Role } from '../../replication/actor.ts'
import { auditOf } from '../../replication/commit.ts'
import { readStaffMember } from '../../replication/staff-member-store.ts'
import { readSettings, writeSettings } from './clinic-key-store.ts'
import type { KioskDeps } from './deps.ts'
import {
  addTablet,
  beginLeaving,
  lockTablet,
  markEmptied,
  readTablets,
  type TabletRow,
} from './tablet-store.ts'
import { slowHash } from './visit-hash.ts'
import { readForms } from './visit-store.ts'

const CODE_GOOD_MS = 15 * 60_000
const OFFICE: readonly Role[] = ['front-desk', 'admin']
const MOST_TABLETS = 100

export interface ShownTablet {
  readonly id: string
  readonly name: string
  readonly enrolled: boolean
  readonly state: string
  readonly unsent: number
  readonly refused: number
  readonly kept: number
  readonly lastSeenAt: number | null
  readonly leaving: boolean
}
export interface TabletsView {
  readonly items: readonly ShownTablet[]
  readonly forms: readonly { readonly key: string; readonly title: string }[]
  readonly hasPin: boolean
  readonly idleSeconds: number
}
export interface NewTablet {
  readonly id: string
  readonly code: string
  readonly expiresAt: number
}

const notPermitted = refusal('not_permitted', 'Your role does not look after tablets.')
const noTablet = refusal('not_found', 'There is no such tablet.')
const tooMany = refusal('wrong_state', 'There are as many tablets as there can be. Remove one first.')
const easyPin = refusal('weak_password', 'That PIN is tried first by everybody. Choose another one.')
const holdsAnswers = refusal(
  'wrong_state',
  'This tablet holds answers that have not arrived. Connect it, or remove it anyway and say why.',
)

const shown = ({
  id,
  name,
  enrolledAt,
  state,
  unsent,
  refused,
  kept,
  lastSeenAt,
  leavingAt,
}: TabletRow): ShownTablet => ({
  id,
  name,
  enrolled: enrolledAt !== null,
  state,
  unsent,
  refused,
  kept,
  lastSeenAt: lastSeenAt?.getTime() ?? null,
  leaving: leavingAt !== null,
})

export type Tablets = ReturnType<typeof createTablets>

export function createTablets({ database, clock, clinicKeys, hashCode, missing }: KioskDeps) {
  /** The role as the database has it now; one row in the audit trail, unless `action` is null. */
  const as = <T>(
    actor: Actor,
    action: string | null,
    roles: readonly Role[],
    run: (tx: SqlTransaction, practiceId: string) => Promise<Result<T, Refusal>>,
    reason?: string,
  ): Promise<Result<T, Refusal>> =>
    database.direct(async (tx): Promise<Result<T, Refusal>> => {
      const member = await readStaffMember(tx, actor.accountId)
      const may = member !== undefined && roles.some((role) => role === member.role)
      const ran = may ? await run(tx, member.practiceId) : err(notPermitted)
      const part = ran.ok
        ? ({ outcome: 'allowed', ...(reason !== undefined && { reason }) } as const)
        : ({ outcome: 'denied', reason: ran.error.code } as const)
      if (action !== null || !ran.ok)
        await appendAudit(tx, [
          auditOf(actor, NO_CLIENT, clock.now(), { action: action ?? 'kiosk.tablets', ...part }),
        ])
      return ran
    })

  return {
    /** Nothing in it is about a client, so that looking at it is not written down each time. */
    list: (actor: Actor): Promise<Result<TabletsView, Refusal>> =>
      as<TabletsView>(actor, null, OFFICE, async (tx, practiceId) => {
        const settings = await readSettings(tx, practiceId)
        const items = (await readTablets(tx, practiceId)).map(shown)
        const forms = await readForms(tx, practiceId)
        return ok({ items, forms, hasPin: settings.pin !== null, idleSeconds: settings.idleSeconds })
      }),

    add: (actor: Actor, name: string): Promise<Result<NewTablet, Refusal>> =>
      as(actor, 'kiosk.tablet-added', OFFICE, async (tx, practiceId) => {
        if ((await readTablets(tx, practiceId)).length >= MOST_TABLETS) return err(tooMany)
        const id = randomUUID()
        const code = newCode(randomBytesOf)
        const now = clock.now()
        const expiresAt = now + CODE_GOOD_MS
        const salt = randomBytesOf(16)
        await addTablet(tx, {
          ...{ id, practiceId, name, salt, codeHash: hashCode(code) },
          ...{ codeExpiresAt: expiresAt, now },
        })
        return ok({ id, code, expiresAt })
      }),

    /**
     * It hands in what it has, then empties itself; while it holds something that is not taken, it does not. `why`: given
     * where it goes although it holds answers; also later, for one that is leaving.
     */
    remove: (actor: Actor, tabletId: string, why: string | undefined): Promise<Result<null, Refusal>> =>
      as(
        actor,
        'kiosk.tablet-removed',
        OFFICE,
        async (tx, practiceId) => {
          const tablet = await lockTablet(tx, practiceId, tabletId)
          if (tablet === undefined) return err(noTablet)
          if (tablet.unsent > 0 && why === undefined) return err(holdsAnswers)
          await beginLeaving(tx, tabletId, why !== undefined, clock.now())
          if (!tablet.enrolled) await markEmptied(tx, tabletId, clock.now())
          return ok(null)
        },
        why,
      ),

    async settings(
      actor: Actor,
      sessionId: string,
      { pin, idleSeconds }: { readonly pin?: string | undefined; readonly idleSeconds?: number | undefined },
    ): Promise<Result<null, DelayedRefusal>> {
      if (pin !== undefined && isEasyPin(pin)) return err(easyPin)
      const lacks = await missing(sessionId)
      if (lacks !== undefined) return err(lacks)
      const salt = randomBytesOf(16)
      const check = pin === undefined ? undefined : { salt, hash: await slowHash(pin, salt) }
      return as(
        actor,
        'kiosk.settings',
        ['admin'],
        async (tx, practiceId) => {
          await clinicKeys.recipient(tx, practiceId)
          await writeSettings(tx, practiceId, { pin: check, idleSeconds })
          return ok(null)
        },
        pin === undefined ? undefined : 'new PIN',
      )
    },
  }
}
