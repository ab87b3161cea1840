/**
 * The replicas of an account's records on this device, open or not: opened once each, in whatever order, and destroyed. What
 * the records are and which is shown is no matter here (account-replicas.ts). SPEC: client/replica/SPEC.md, R45 and R63.
 */
import type { RingEntry } from '../../keys/key-ring.ts'
import { isKnownKey } from '../../keys/older-keys.ts'
import type { OpenKey } from '../../keys/open-key.ts'
import { databaseOfRecord, forgetRecord, KeyDoesNotOpen, placeOfRecord } from '../../keys/record-keys.ts'
import { countUnsentIn } from './destroy.ts'
import { deleteDatabases } from './file-store.ts'
import type { AccountDeps } from './open-account.ts'
import type { OpenedReplica } from './opened-replica.ts'
import { finishRenewal } from './renewal.ts'

export interface RecordReplicas {
  /** Those that are open. */
  readonly all: readonly OpenedReplica[]
  get(client: string): OpenedReplica | undefined
  has(client: string): boolean
  /** Links of all that are open, and of those that will be. */
  start(): void
  open(client: string): Promise<void>
  /** One that does not open keeps no other from it. */
  tryOpen(client: string): Promise<void>
  /** No key of this device opens it any more. */
  isShut(client: string): boolean
  /** Of one that is not open: nothing is lost with it. Where the disk does not say so, it is not known. */
  isEmpty(client: string): Promise<boolean>
  /** Opens those that have something unsent. False where one of them does not open, and may at another time. */
  openUnsent(): Promise<boolean>
  close(client: string): Promise<void>
  /** Closed, and opened by nobody else until `run` is done. */
  away(client: string, run: () => Promise<void>): Promise<void>
  /** The key first: whatever fails after that, nobody reads what lies there. */
  destroy(client: string): Promise<void>
  closeAll(): Promise<void>
}

export function createRecordReplicas(
  deps: AccountDeps,
  entry: RingEntry,
  key: OpenKey,
  scopesOf: (client: string) => readonly string[],
): RecordReplicas {
  const { environment } = deps
  const replicas = new Map<string, OpenedReplica>()
  const opening = new Map<string, Promise<void>>()
  const away = new Set<string>()
  const shut = new Set<string>()
  let started = false
  let closed = false

  const placeOf = async (client: string) => {
    if (client === entry.clientId) return { databaseName: entry.databaseName, key: key.data }
    const ring = await deps.ring()
    await finishRenewal({ ring, entry, key, environment }, client, scopesOf(client))
    return placeOfRecord(ring, entry, key, client, environment.random)
  }
  const openOnce = async (client: string): Promise<void> => {
    const place = await placeOf(client)
    if (place === undefined || closed) return
    const replica = await deps.openReplica(client, place)
    // From now on the replica holds its key. Until then another tab may have replaced it, and let it go.
    if (!(await isKnownKey(await deps.ring(), entry.id, place.key.keyId))) {
      await replica.close()
      throw new Error('the data key was replaced while it was being opened')
    }
    // The lock may have been faster.
    if (closed) return void (await replica.close())
    replicas.set(client, replica)
    if (started) replica.start()
  }

  const records: RecordReplicas = {
    get all() {
      return [...replicas.values()]
    },
    get: (client) => replicas.get(client),
    has: (client) => replicas.has(client),
    start() {
      started = true
      for (const replica of replicas.values()) replica.start()
    },
    open(client) {
      if (closed || replicas.has(client) || away.has(client)) return Promise.resolve()
      const under = opening.get(client) ?? openOnce(client).finally(() => opening.delete(client))
      opening.set(client, under)
      return under
    },
    async tryOpen(client) {
      try {
        await records.open(client)
      } catch (error) {
        if (error instanceof KeyDoesNotOpen) shut.add(client)
        console.error('a record of this account does not open', error)
      }
    },
    isShut: (client) => shut.has(client),
    async isEmpty(client) {
      await opening.get(client)?.catch(() => {})
      const name = databaseOfRecord(await (await deps.ring()).get(entry.id), client)
      if (name === undefined || shut.has(client)) return true
      return (await countUnsentIn(name, environment).catch(() => 1)) === 0
    },
    async openUnsent() {
      const there = (await (await deps.ring()).get(entry.id)) ?? entry
      const own = entry.clientId === '' ? [] : [entry.clientId]
      let isDone = true
      for (const client of [...own, ...(there.records ?? []).map(({ clientId }) => clientId)]) {
        if (replicas.has(client) || (await records.isEmpty(client))) continue
        await records.tryOpen(client)
        isDone &&= replicas.has(client) || shut.has(client)
      }
      return isDone
    },
    async close(client) {
      const replica = replicas.get(client)
      replicas.delete(client)
      await replica?.close()
    },
    async away(client, run) {
      away.add(client)
      try {
        await records.close(client)
        await run()
      } finally {
        away.delete(client)
      }
    },
    async destroy(client) {
      const names = await forgetRecord(await deps.ring(), entry.id, client)
      await records.close(client)
      for (const name of names) await deleteDatabases(name, environment)
    },
    async closeAll() {
      closed = true
      const all = records.all
      replicas.clear()
      await Promise.all(all.map((replica) => replica.close()))
    },
  }
  return records
}
