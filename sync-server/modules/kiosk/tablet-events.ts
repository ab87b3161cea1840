/**
 * What happened on a tablet, perhaps while it had no network: each event is heard once and stands in the audit trail, with
 * the record where it is about a visit of this tablet. Its time is the tablet's word and says so. SPEC: K6 and K7.
 */
import type { EventKind } from '../../../shared/domains/kiosk/visit.ts'
import { ok } from '../../../shared/kernel/result.ts'
import type { Caller } from '../../http/route.ts'
import { NO_CLIENT } from '../../platform/audit-chain.ts'
import { appendAudit } from '../../platform/audit-store.ts'
import { auditOf } from '../../replication/commit.ts'
import type { KioskDeps } from './deps.ts'
import { tabletActor } from './tablet-actor.ts'
import type { TabletReport } from './tablet-door.ts'
import type { TabletRow } from './tablet-store.ts'
import { moveVisit, readVisit } from './visit-store.ts'

type ToldEvent = TabletReport['events'][number]
const DENIED: ReadonlySet<EventKind> = new Set(['mismatch', 'replayed', 'expired', 'pin-wrong'])

export function createTabletEvents({
  database,
  replication,
  clock,
}: Pick<KioskDeps, 'database' | 'replication' | 'clock'>) {
  /** About a visit of this tablet: in the record's own trail. False where there is none. */
  const ofVisit = async (tablet: TabletRow, event: ToldEvent, caller: Caller): Promise<boolean> => {
    const { visit: visitId, kind } = event
    if (visitId === undefined) return false
    const visit = await database.direct((tx) => readVisit(tx, tablet.id, visitId))
    if (visit === undefined) return false
    const action = `kiosk.${kind}`
    const done = await replication.commit({
      actor: tabletActor(tablet, caller),
      clientId: visit.clientId,
      action,
      permit: ['kiosk'],
      onDevice: false,
      run: async ({ work, audit }) => {
        if (kind === 'started' || kind === 'parked' || kind === 'finished')
          await moveVisit(work.scope.tx, visit, kind, clock.now())
        const outcome = DENIED.has(kind) ? 'denied' : 'allowed'
        audit({ action, outcome, documentId: visit.id, reason: toldAt(event) })
        return ok(null)
      },
    })
    return done.ok
  }

  return {
    /** The number of the last one that was heard. */
    async take(tablet: TabletRow, events: TabletReport['events'], caller: Caller): Promise<number> {
      let heard = tablet.lastEvent
      for (const event of [...events].sort((a, b) => a.n - b.n)) {
        if (event.n <= heard) continue
        if (!(await ofVisit(tablet, event, caller)))
          await database.direct((tx) =>
            appendAudit(tx, [
              auditOf(tabletActor(tablet, caller), NO_CLIENT, clock.now(), {
                action: `kiosk.${event.kind}`,
                outcome: DENIED.has(event.kind) ? 'denied' : 'allowed',
                reason: toldAt(event),
              }),
            ]),
          )
        heard = event.n
      }
      return heard
    },
  }
}

/** Offline attempts come later: when they were, by the tablet's clock. */
const toldAt = ({ at }: ToldEvent): string => `on the tablet ${new Date(at).toISOString()}`
