/**
 * From an event to what leaves: who may hear of it, in which ways, when. Done at least once; whatever was told already
 * is not told again, because the row that says so and the job that sends it are written together. SPEC: N1–N6.
 */
import { randomUUID } from 'node:crypto'
import { covers, grantedOf } from '../../../shared/domains/grants/scopes.ts'
import { quietHoursOf, wantsNotice } from '../../../shared/domains/profile/preferences.ts'
import { quietUntil } from '../../../shared/domains/profile/quiet-hours.ts'
import type { Clock } from '../../../shared/kernel/clock.ts'
import type { Database } from '../../platform/database.ts'
import type { Replication } from '../../replication/replication.ts'
import type { NoticeChannel } from './channels.ts'
import { type Happened, SPECS } from './events.ts'
import {
  addNotification,
  type Reader,
  readAccount,
  readReadersOf,
  stillStands,
} from './notification-store.ts'
import { reachedOf } from './preferences-of.ts'

interface Deps {
  readonly database: Database
  readonly replication: Pick<Replication, 'read'>
  readonly clock: Clock
  readonly channels: readonly NoticeChannel[]
}

export function createPlan({ database, replication, clock, channels }: Deps) {
  const readersOf = async ({ clientId, accountId, event, by }: Happened): Promise<readonly Reader[]> => {
    const { area, ownDoing } = SPECS[event]
    const found =
      accountId !== null
        ? await readAccount(database.prisma, accountId)
        : clientId === null
          ? []
          : await readReadersOf(database.prisma, clientId, new Date(clock.now()))
    return found
      .filter((reader) => ownDoing === 'told' || reader.accountId !== by)
      .filter(({ scopes }) => area === null || scopes === null || covers(grantedOf(scopes), area, 'read'))
  }

  const tell = async (happened: Happened, reader: Reader): Promise<void> => {
    const { event, clientId, key } = happened
    const { kind, goodFor } = SPECS[event]
    const reached = await reachedOf(replication, reader)
    const other = clientId !== null && reader.ownClientId !== clientId
    const quiet = quietHoursOf(reached.preferences)
    for (const { channel, rings, reach } of channels) {
      if (!wantsNotice(reached.preferences, kind, channel)) continue
      const now = clock.now()
      const dueAt = rings ? quietUntil(now, quiet, reader.timeZone) : now
      // After a long quiet it would come too late to be of use.
      if (dueAt - now >= goodFor) continue
      await database.transaction(async (tx) => {
        const leave = await reach(tx, { happened, reader, reached, other })
        if (leave === undefined) return
        const id = randomUUID()
        const { accountId } = reader
        const told = { id, accountId, clientId, channel, event, key, now: new Date(now) }
        if (!(await addNotification(tx, told))) return
        await leave(tx, { id, happened, reader, reached, other, dueAt, goodFor: goodFor - (dueAt - now) })
      })
    }
  }

  return async (happened: Happened): Promise<void> => {
    if (!(await stillStands(database.prisma, happened.standing))) return
    for (const reader of await readersOf(happened)) await tell(happened, reader)
  }
}
