/** Replication put together: what sockets ask (`sync`), and what services read and write through. */
import type { Clock } from '../../shared/kernel/clock.ts'
import type { Result } from '../../shared/kernel/result.ts'
import type { Refusal } from '../../shared/protocol/errors.ts'
import type { ClientKeys } from '../platform/client-keys.ts'
import type { Database } from '../platform/database.ts'
import { pull } from './changes-since.ts'
import { type KnownGrant, readChangedGrants } from './client-access-store.ts'
import type { Collection } from './collection.ts'
import type { CommitRequest, Committed, ReplicationDeps } from './commit.ts'
import { createGroupCommit } from './group-commit.ts'
import { readMovedHeads } from './head-store.ts'
import { hello } from './hello.ts'
import { lastPush } from './last-push.ts'
import { push } from './push.ts'
import { type ReadRequest, readRecord } from './read-record.ts'
import { createRegistry } from './registry.ts'
import type { Announce, SyncService } from './sync-service.ts'

export interface Replication {
  readonly sync: SyncService
  /** Changes documents of one client in one transaction, or nothing where it is refused; announces them after the commit. */
  commit<T>(request: CommitRequest<T>): Promise<Result<Committed<T>, Refusal>>
  read<T>(request: ReadRequest<T>): Promise<Result<T, Refusal>>
  /** The heads of those clients that are at another position than the one given: for those who were not told. */
  movedHeads(known: Parameters<typeof readMovedHeads>[1]): ReturnType<typeof readMovedHeads>
  /** Of records that were erased: no key and no text stays in this server's memory. */
  forget(clientIds: readonly string[]): void
  /** Those of the grants that do not stand any more as they are given. */
  changedGrants(known: readonly KnownGrant[]): ReturnType<typeof readChangedGrants>
}

export interface ReplicationOptions {
  readonly database: Database
  readonly clientKeys: ClientKeys
  readonly clock: Clock
  readonly announce: Announce
  readonly collections: readonly Collection[]
  /** Asked inside each transaction what is to be done after it. */
  readonly jobsOf?: ReplicationDeps['jobsOf']
  /** Something sealed cannot be opened: for whoever watches the server. */
  readonly onUnreadable?: ReplicationDeps['onUnreadable']
}

/** Throws when a collection of the protocol is missing. */
export function createReplication({ collections, ...options }: ReplicationOptions): Replication {
  const deps: ReplicationDeps = { ...options, registry: createRegistry(collections) }
  const commits = createGroupCommit(deps)
  return {
    sync: {
      hello: (actor, message) => hello(deps, actor, message),
      push: (actor, message) => push(deps, commits, actor, message),
      lastPush: (actor, message) => lastPush(deps, actor, message),
      pull: (actor, message) => pull(deps, actor, message),
    },
    commit: (request) => commits.alone(request),
    read: (request) => readRecord(deps, request),
    forget(clientIds) {
      options.clientKeys.forget(clientIds)
      for (const { store } of collections) for (const clientId of clientIds) store.forget?.(clientId)
    },
    movedHeads: (known) => readMovedHeads(options.database.prisma, known),
    changedGrants: (known) => readChangedGrants(options.database.prisma, known, options.clock.now()),
  }
}
