/** Notifications put together: what happens anywhere becomes a job here, and the job what leaves. */
import type { Clock } from '../../../shared/kernel/clock.ts'
import type { Database, SqlTransaction } from '../../platform/database.ts'
import type { Outbox } from '../../platform/outbox.ts'
import type { NewJob } from '../../platform/outbox-store.ts'
import type { ChangedRecord } from '../../replication/commit.ts'
import type { Replication } from '../../replication/replication.ts'
import type { NoticeChannel } from './channels.ts'
import { type EventName, Happened, SPECS } from './events.ts'
import { noteworthy } from './noteworthy.ts'
import { forgetNotifications } from './notification-store.ts'
import { createPlan } from './plan.ts'

interface Deps {
  readonly database: Database
  readonly replication: Pick<Replication, 'read'>
  readonly clock: Clock
  readonly outbox: Outbox
  readonly channels: readonly NoticeChannel[]
}
export interface Told {
  readonly event: EventName
  /** The same for the same event. Ids and times only. */
  readonly key: string
  readonly clientId?: string
  readonly accountId?: string
}

const PLAN = 'notify.plan'
const DAY = 24 * 3_600_000
/** What was told is known for so long: longer than any event can be noticed again. */
const KEPT_MS = 90 * DAY
const TIDY = 'notify.tidy'

export function createNotifications({ database, replication, clock, outbox, channels }: Deps) {
  const plan = createPlan({ database, replication, clock, channels })
  outbox.handle(PLAN, { schema: Happened, outside: plan })
  outbox.handle(TIDY, {
    schema: Happened.pick({ key: true }),
    inside: async (tx) => void (await forgetNotifications(tx, new Date(clock.now() - KEPT_MS))),
  })
  const day = () => new Date(clock.now()).toISOString().slice(0, 10)
  return {
    /** For the transaction that changes a record. */
    jobsOf: (change: ChangedRecord): readonly NewJob[] =>
      noteworthy(change).map(({ dueAt, ...happened }) =>
        outbox.prepare(PLAN, happened, SPECS[happened.event].goodFor, { key: happened.key, dueAt }),
      ),
    /** For everything else that happens, in its transaction: `event` by its name. */
    async tell(tx: Pick<SqlTransaction, '$executeRaw'>, told: Told): Promise<void> {
      const { event, key, clientId = null, accountId = null } = told
      const happened: Happened = { event, key, clientId, accountId, by: null, standing: null }
      await outbox.add(tx, PLAN, happened, SPECS[event].goodFor, { key })
    },
    /** Once a day, by whichever server comes first. */
    tidy: () => database.transaction((tx) => outbox.add(tx, TIDY, { key: day() }, DAY, { key: day() })),
  }
}
export type Notifications = ReturnType<typeof createNotifications>
