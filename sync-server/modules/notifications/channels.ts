/** The ways in which a notification can leave. Each adds its jobs to the transaction that notes that it was told. */
import type { Channel } from '../../../shared/domains/profile/preferences.ts'
import type { SqlTransaction } from '../../platform/database.ts'
import type { Happened } from './events.ts'
import type { Reader } from './notification-store.ts'
import type { Reached } from './preferences-of.ts'

export interface Notice {
  readonly id: string
  readonly happened: Happened
  readonly reader: Reader
  readonly reached: Reached
  /** It is about somebody whom the reader helps. */
  readonly other: boolean
  /** Not before, ms. */
  readonly dueAt: number
  readonly goodFor: number
}
export interface NoticeChannel {
  readonly channel: Channel
  /** Does it make a sound, and so waits where the reader wants quiet? */
  readonly rings: boolean
  /** Undefined where this reader cannot be reached so; else what the notice leaves by. */
  reach(
    tx: Pick<SqlTransaction, '$queryRaw'>,
    notice: Omit<Notice, 'id' | 'dueAt' | 'goodFor'>,
  ): Promise<((tx: Pick<SqlTransaction, '$executeRaw'>, notice: Notice) => Promise<void>) | undefined>
}
