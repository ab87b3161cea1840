/**
 * Gives every client a new data key while servers run: adds it, seals what there is again in small transactions, and
 * takes the older keys away once none of the client's values names them. A run that broke off is gone on with; several
 * at once share the work. SPEC: sync-server/platform/SPEC.md, A10 and A11.
 */
import { randomUUID } from 'node:crypto'
import { appendToRecord } from './platform/audit-store.ts'
import { createClientKeys } from './platform/client-keys.ts'
import { addDataKey, dropOldDataKeys, readVersions } from './platform/data-key-versions.ts'
import type { Database, DirectTransaction } from './platform/database.ts'
import type { KeyProvider } from './platform/key-provider.ts'
import { StartError } from './platform/start-error.ts'
import { type LockedHead, lockHead } from './replication/head-store.ts'
import { countUnderOtherKeys, FIRST_ID, resealNext } from './replication/reseal.ts'
import { SEALED_TABLES } from './replication/sealed-tables.ts'

export interface DataKeyRotation {
  /** Clients whose values are all under the newest key, and whose older keys are gone. */
  readonly clients: number
  /** Values that were sealed again. */
  readonly values: number
  /** Clients whose older keys stay, and why. */
  readonly kept: readonly { readonly clientId: string; readonly why: string }[]
}

interface Options {
  readonly database: Database
  readonly keyProvider: KeyProvider
  readonly now: () => number
  /** Only this one. */
  readonly clientId?: string | undefined
  readonly onProgress?: (soFar: Omit<DataKeyRotation, 'kept'>) => void
}

const CLIENTS = 100
/** Rounds over one client's tables: more than one only where a server of an older version writes meanwhile. */
const ROUNDS = 3

export async function rotateDataKeys({ onProgress = () => undefined, ...options }: Options) {
  const { database, clientId } = options
  const run = await beginRun(database, clientId)
  const done = { clients: 0, values: 0, kept: [] as { clientId: string; why: string }[] }
  const one = async (id: string) => {
    try {
      const why = await rotateClient(options, id, run.startedAt, (count) => {
        done.values += count
        onProgress(done)
      })
      if (why === undefined) done.clients += 1
      else done.kept.push({ clientId: id, why })
    } catch (error) {
      // A damaged key: told, and nobody else's trouble.
      if (!(error instanceof StartError)) throw error
      done.kept.push({ clientId: id, why: error.message })
    }
    onProgress(done)
  }
  if (clientId !== undefined) await one(clientId)
  else for await (const id of clientsToDo(database, run.startedAt)) await one(id)
  await run.finish()
  return done satisfies DataKeyRotation
}

/** One run at a time for all clients: whoever comes to it later, or again, works on the same. */
async function beginRun({ ask }: Database, clientId: string | undefined) {
  if (clientId !== undefined) {
    const [clock] = await ask<{ now: Date }[]>`SELECT now() AS now`
    return { startedAt: clock?.now ?? new Date(), finish: async () => undefined }
  }
  await ask`
    INSERT INTO portal.data_key_rotation (id) VALUES (${randomUUID()}::uuid)
    ON CONFLICT ((finished_at IS NULL)) WHERE finished_at IS NULL DO NOTHING`
  const [run] = await ask<{ id: string; started_at: Date }[]>`
    SELECT id, started_at FROM portal.data_key_rotation WHERE finished_at IS NULL`
  // Somebody else has finished the same run at this very moment.
  if (run === undefined) return { startedAt: new Date(0), finish: async () => undefined }
  return {
    startedAt: run.started_at,
    finish: async () =>
      void (await ask`
        UPDATE portal.data_key_rotation SET finished_at = now() WHERE id = ${run.id}::uuid AND finished_at IS NULL`),
  }
}

async function* clientsToDo({ ask }: Database, startedAt: Date): AsyncGenerator<string> {
  for (let after = FIRST_ID; ; ) {
    const page = await ask<{ id: string }[]>`
      SELECT client_id::text AS id FROM portal.client_key WHERE client_id > ${after}::uuid GROUP BY client_id
      HAVING max(created_at) < ${startedAt}::timestamptz OR count(*) > 1 ORDER BY client_id LIMIT ${CLIENTS}`
    for (const { id } of page) yield id
    if (page.length < CLIENTS) return
    after = page.at(-1)?.id ?? after
  }
}

/** Undefined when it is done; else why the older keys stay. */
async function rotateClient(
  { database, keyProvider, now }: Options,
  clientId: string,
  startedAt: Date,
  onValues: (count: number) => void,
): Promise<string | undefined> {
  const keys = createClientKeys({ keyProvider })
  const locked = <T>(run: (tx: DirectTransaction, head: LockedHead) => Promise<T>) =>
    database.direct(async (tx) => run(tx, await lockHead(tx, clientId)))
  const note = (tx: DirectTransaction, action: string, count: number) =>
    appendToRecord(tx, {
      action,
      clientId,
      outcome: 'allowed',
      count,
      ip: 'local',
      userAgent: 'operator',
      at: now(),
    })

  await locked(async (tx) => {
    const newest = (await readVersions(tx, clientId)).at(-1)
    if (newest === undefined || newest.createdAt >= startedAt) return
    await addDataKey(tx, keyProvider, clientId)
    await note(tx, 'keys.data-key-added', 1)
  })
  let damaged: string[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    damaged = []
    for (const table of SEALED_TABLES)
      for (let after: string | undefined = FIRST_ID; after !== undefined; ) {
        const from: string = after
        const next = await locked(async (tx, { keyChanges }) => {
          const cipher = await keys.cipherOf(tx, clientId, keyChanges)
          return resealNext(tx, table, clientId, cipher, from)
        })
        after = next.after
        damaged.push(...next.damaged.map((id) => `${table.table} ${id}`))
        if (next.count > 0) onValues(next.count)
      }
    const isProven = await locked(async (tx) => {
      const versions = await readVersions(tx, clientId)
      const newest = versions.at(-1)
      if (newest === undefined || (await countUnderOtherKeys(tx, clientId, newest.keyId)) > 0) return false
      const dropped = await dropOldDataKeys(tx, clientId)
      if (dropped > 0) await note(tx, 'keys.data-key-dropped', dropped)
      return true
    })
    if (isProven) return undefined
    if (damaged.length > 0) break
  }
  return damaged.length > 0
    ? `${damaged.length} value(s) cannot be opened and may need them: ${damaged.slice(0, 5).join(', ')}${damaged.length > 5 ? ' …' : ''}`
    : 'a server of an older version goes on sealing under them'
}
