/** What the rest of the worker knows of the replicas of an unlocked account (account-replicas.ts). */
import type { GrantTold } from '../../../shared/protocol/messages.ts'
import type { KeyRing, RingEntry } from '../../keys/key-ring.ts'
import type { OpenKey } from '../../keys/open-key.ts'
import type { RecordPlace } from '../../keys/record-keys.ts'
import type { OpenRecord, Person } from '../portal-session.ts'
import type { WorkerEnvironment } from './environment.ts'
import type { OpenedReplica } from './opened-replica.ts'

export interface AccountDeps {
  readonly environment: WorkerEnvironment
  readonly ring: () => Promise<KeyRing>
  readonly openReplica: (client: string, place: RecordPlace) => Promise<OpenedReplica>
  /** Another record is on the screen, or the list changed. `ended`: whose access ended just now; null: that was seen. */
  readonly onChange: (ended?: OpenRecord | null) => void
}

export interface OpenAccount {
  readonly entry: RingEntry
  readonly key: OpenKey
  readonly person: Person
  /** Null where there is no record to show. */
  readonly current: OpenedReplica | null
  readonly all: readonly OpenedReplica[]
  /** Those that may be shown now. */
  readonly records: readonly OpenRecord[]
  readonly record: OpenRecord | null
  /** Links of all, the one on the screen first. */
  start(): void
  /** False where there is no such record. */
  turnTo(client: string): Promise<boolean>
  /** Name or address are others than this device knew. */
  adopt(person: Person): Promise<void>
  /** The clinic's list of records. */
  learn(records: readonly OpenRecord[]): Promise<void>
  /** The clinic's word on one of them. */
  learnGrant(client: string, grant: GrantTold): Promise<void>
  /** Opens those that have something unsent. False where one of them does not open: it must not go yet. */
  openUnsent(): Promise<boolean>
  /** The access to it is over: off the screen at once, and gone where nothing of it is unsent. */
  end(client: string): Promise<void>
  /** Its access ended: key, then database, then its place in the list. */
  drop(client: string): Promise<void>
  /**
   * Less of it may be seen, as far as `scopes` go: it is fetched anew under another key, and key and database of before go
   * once what was typed and not sent is there.
   */
  renew(client: string, scopes: readonly string[]): Promise<void>
  /** Another tab did one of the two. */
  dropped(client: string, isRenewed: boolean): Promise<void>
  close(): Promise<void>
}
