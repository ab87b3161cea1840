/**
 * What a tablet asks, known by its key alone: to be let in by a code, what it has to hold, what happened on it, and that
 * it is empty. Whatever is not this tablet's is not there. SPEC: K1, K2, K5, K6, K10 and K11.
 */
import { readCode } from '../../../shared/domains/kiosk/code.ts'
import type { TabletEvent, TabletOrders, TabletState } from '../../../shared/domains/kiosk/visit.ts'
import { err, ok, type Result } from '../../../shared/kernel/result.ts'
import { type Refusal, refusal } from '../../../shared/protocol/errors.ts'
import type { DelayedRefusal } from '../../http/problem.ts'
import type { Caller } from '../../http/route.ts'
import { NO_CLIENT } from '../../platform/audit-chain.ts'
import { appendAudit } from '../../platform/audit-store.ts'
import type { SqlTransaction } from '../../platform/database.ts'
import type { DeviceKey } from '../../platform/possession.ts'
import { auditOf } from '../../replication/commit.ts'
import { readSettings } from './clinic-key-store.ts'
import type { KioskDeps } from './deps.ts'
import { notEnrolled, tabletActor } from './tablet-actor.ts'
import { createTabletEvents } from './tablet-events.ts'
import { enrolTablet, markEmptied, noteReport, readTabletByKey, type TabletRow } from './tablet-store.ts'
import {
  type DefinitionRow,
  expireVisits,
  readDefinition,
  readDefinitionIds,
  readPackages,
  readVisit,
} from './visit-store.ts'

export interface TabletReport {
  readonly state: TabletState
  readonly visit?: string | undefined
  readonly unsent: number
  /** Of these, boxes that were not taken. */
  readonly refused?: number | undefined
  readonly build: string
  readonly events: readonly (Omit<TabletEvent, 'visit'> & { readonly visit?: string | undefined })[]
}
const DAY = 86_400_000

const wrongCode = refusal('wrong_code', 'This code is not right, was used, or is too old. Make a new one.')
const noForm = refusal('not_found', 'There is no such form.')

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url')

export type TabletDoor = ReturnType<typeof createTabletDoor>

export function createTabletDoor(deps: KioskDeps) {
  const { database, clock, clinicKeys, hashCode, limits } = deps
  const events = createTabletEvents(deps)

  const orders = async (
    tx: SqlTransaction,
    tablet: TabletRow,
    heard: number,
    visit: string | undefined,
  ): Promise<TabletOrders> => {
    const now = clock.now()
    await expireVisits(tx, tablet.id, now)
    const { practiceId } = tablet
    const { keyId, publicKey } = await clinicKeys.recipient(tx, practiceId)
    const { pin, idleSeconds } = await readSettings(tx, practiceId)
    const packages = tablet.leavingAt === null ? await readPackages(tx, tablet.id, now - DAY) : []
    const open = visit === undefined ? undefined : await readVisit(tx, tablet.id, visit)
    return {
      now,
      tablet: { id: tablet.id, name: tablet.name, salt: text(tablet.salt) },
      practice: { name: tablet.practiceName, phone: tablet.phone },
      clinicKey: { keyId, publicKey: text(publicKey) },
      pin: pin === null ? null : { salt: text(pin.salt), hash: text(pin.hash) },
      idleSeconds,
      packages: packages.map(({ id, tag, expiresAt, language, package: sealed }) => ({
        ...{ visit: id, tag, expiresAt: expiresAt.getTime(), language },
        ...(sealed !== null && { sealed: text(sealed) }),
      })),
      definitions: tablet.leavingAt === null ? await readDefinitionIds(tx, practiceId, tablet.id) : [],
      heard,
      endVisit: tablet.leavingAt !== null || (visit !== undefined && open?.state === 'cancelled'),
      leave: tablet.leavingAt !== null,
      giveUp: tablet.givesUp,
    }
  }

  return {
    async enrol(
      key: DeviceKey,
      typed: string,
      caller: Caller,
    ): Promise<Result<TabletOrders, DelayedRefusal>> {
      const limited = await limits.signIn(caller.ip)
      if (limited !== undefined) return err(limited)
      const code = readCode(typed)
      const now = clock.now()
      const enrolled = await database.direct(async (tx) => {
        const id = code && (await enrolTablet(tx, { codeHash: hashCode(code), point: key.point, now }))
        const tablet = id === undefined ? undefined : await readTabletByKey(tx, key.point)
        const action = 'kiosk.enrol'
        await appendAudit(tx, [
          tablet === undefined
            ? { clientId: NO_CLIENT, ...caller, at: now, action, outcome: 'denied', reason: wrongCode.code }
            : auditOf(tabletActor(tablet, caller), NO_CLIENT, now, { action, outcome: 'allowed' }),
        ])
        return tablet && orders(tx, tablet, 0, undefined)
      })
      if (enrolled !== undefined) return ok(enrolled)
      await limits.signInFailed(caller.ip)
      return err(wrongCode)
    },

    /** The regular contact. */
    async sync(key: DeviceKey, report: TabletReport, caller: Caller): Promise<Result<TabletOrders, Refusal>> {
      const tablet = await database.direct((tx) => readTabletByKey(tx, key.point))
      if (tablet === undefined) return err(notEnrolled)
      const heard = await events.take(tablet, report.events, caller)
      const { state, unsent, refused = 0, build, visit } = report
      return database.direct(async (tx) => {
        await noteReport(tx, tablet.id, { state, unsent, refused, build, lastEvent: heard }, clock.now())
        const now = await readTabletByKey(tx, key.point)
        return now === undefined ? err(notEnrolled) : ok(await orders(tx, now, heard, visit))
      })
    },

    definition: (key: DeviceKey, id: string): Promise<Result<DefinitionRow, Refusal>> =>
      database.direct(async (tx) => {
        const tablet = await readTabletByKey(tx, key.point)
        if (tablet === undefined) return err(notEnrolled)
        const found = await readDefinition(tx, tablet.practiceId, id)
        return found === undefined ? err(noForm) : ok(found)
      }),

    /** The tablet says so itself, and it was told to: whoever else says it changes nothing. */
    emptied: (key: DeviceKey, caller: Caller): Promise<Result<null, Refusal>> =>
      database.direct(async (tx) => {
        const tablet = await readTabletByKey(tx, key.point)
        if (tablet === undefined) return err(notEnrolled)
        if (tablet.leavingAt === null)
          return err(refusal('wrong_state', 'This tablet was not told to leave.'))
        await markEmptied(tx, tablet.id, clock.now())
        const part = { action: 'kiosk.tablet-emptied', outcome: 'allowed' } as const
        await appendAudit(tx, [auditOf(tabletActor(tablet, caller), NO_CLIENT, clock.now(), part)])
        return ok(null)
      }),
  }
}
