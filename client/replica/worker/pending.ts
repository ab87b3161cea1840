/**
 * What has not reached the server, or was refused: the next batch to push, and the client's decisions about refused
 * changes. Nothing leaves this list but by an answer of the server or by the client's own decision.
 * SPEC: client/replica/SPEC.md, R12–R14.
 */
import type { Json } from '../../../shared/kernel/json.ts'
import { collectionByNumber } from '../../../shared/protocol/collections.ts'
import type { Mutation } from '../../../shared/protocol/messages.ts'
import { LIMITS } from '../../../shared/protocol/terms.ts'
import { type KnownDocument, openEntry, openKnown, readRows, sealEntry, sealRecord } from './documents.ts'
import { type OutboxEntry, standingFields, toMutation } from './outbox-entry.ts'
import { partsOf, rejoined, wholes } from './rejoin.ts'
import type { Revisions } from './revisions.ts'
import { StorageLost } from './sealed-database.ts'
import { type DocumentKey, isUnanswered, type OutboxRow, STATE } from './sealed-rows.ts'
import { visible } from './server-state.ts'
import type { Plan, StoreCore } from './store-core.ts'
import type { StoreReads } from './store-reads.ts'

/** Bytes of one push, as JSON. */
export const BATCH_BYTES = 256_000

/** All entries, opened. A cache by envelope keeps typing cheap while many wait. */
export function createPendingReader(core: StoreCore): (read: StoreCore['read']) => Promise<OutboxEntry[]> {
  let opened = new Map<number, { row: OutboxRow; entry: OutboxEntry }>()
  return async (read) => {
    const rows = await read((reads) => reads.outbox.all())
    const fresh = await Promise.all(
      rows.map(async (row) => {
        const before = opened.get(row.n)
        if (before && before.row.t === row.t && sameBytes(before.row.e, row.e)) return before
        return { row, entry: await openEntry(core.sealer, row) }
      }),
    )
    opened = new Map(fresh.map((item) => [item.row.n, item]))
    return fresh.map(({ entry }) => entry)
  }
}

/** Salt and nonce differ in every envelope: its head tells two apart. */
const sameBytes = (a: Uint8Array, b: Uint8Array) => {
  if (a.length !== b.length) return false
  for (let index = 0; index < Math.min(a.length, 128); index += 1) if (a[index] !== b[index]) return false
  return true
}

export interface Portioned {
  /** Mutations at most: bisecting a refused batch. */
  readonly limit?: number | undefined
  /** About so many bytes: a bad line. */
  readonly room?: number | undefined
  /** Only those with higher numbers, while the batch up to there is on its way. */
  readonly after?: number | undefined
}

/**
 * Takes the next mutations to send, oldest first, and records that the server may see them: from then on their content is
 * fixed. What is held back lets those after it pass.
 */
export async function takeBatch(
  core: StoreCore,
  holdsBack: (entry: OutboxEntry) => Promise<boolean>,
  { limit = LIMITS.mutationsPerPush, room = BATCH_BYTES, after = 0 }: Portioned,
): Promise<Mutation[]> {
  return core.update(
    async (reads) => (await reads.outbox.all()).filter((row) => isUnanswered(row.t) && row.n > after),
    async (rows) => {
      const batch: Mutation[] = []
      const handed: OutboxRow[] = []
      let bytes = 0
      for (const row of rows) {
        if (batch.length >= limit) break
        const entry = await openEntry(core.sealer, row)
        if (await holdsBack(entry)) continue
        const mutation = toMutation(entry)
        bytes += JSON.stringify(mutation).length
        if (batch.length > 0 && bytes > room) break
        batch.push(mutation)
        if (row.t === STATE.waiting) handed.push({ ...row, t: STATE.handed })
      }
      // After a power cut nothing is of this session, and so fixed as well (R3): no need to wait for the disk.
      const durability = 'relaxed'
      // What is fixed already needs no second look: were it answered meanwhile, it would be answered alike again.
      const glance = batch.length > 0
      return {
        changes: handed.length > 0 ? { outbox: handed } : null,
        result: batch,
        durability,
        glance,
        handsIn: true,
      }
    },
  )
}

/**
 * Lowest number that this device may still send (or the next one): journalled mutations are sent again after a rewind
 * or a reset, and the server has to know them then. A refused one comes back under a new number only.
 */
export async function lowestResent(core: StoreCore): Promise<number> {
  return core.read(async (reads) => {
    const [rows, journalled, { next }] = await Promise.all([
      reads.outbox.all(),
      reads.journal.firstKey(),
      reads.head(),
    ])
    const waiting = rows.find(({ t }) => t !== STATE.attention)?.n
    return Math.min(waiting ?? next, journalled ?? next)
  })
}

/** A refused change, again, as a new mutation on what the server has now. */
export async function retryRefused(core: StoreCore, number: number, now: number): Promise<void> {
  await withRefused(core, number, async (parts, known, next) => {
    const entry = rejoined(parts)
    const { reason: _, covered: __, unheard: ___, pieces: ____, ...content } = entry
    const standing = standingFields(entry)
    const dropOutbox = parts.map(({ n }) => n)
    // All of it was written anew since: that has been sent, or is listed itself.
    if (standing.length === 0)
      return {
        changes: {
          dropOutbox,
          ...(known.pending.length === parts.length && { dropShadow: [known.key] }),
        },
        result: undefined,
      }
    const again: OutboxEntry = {
      ...content,
      n: next,
      baseRev: known.server.rev,
      fields: standing.map(([field, value]) => [field, value, now]),
      state: STATE.waiting,
      writer: core.writer,
      since: now,
    }
    return {
      changes: {
        outbox: [await sealEntry(core.sealer, again)],
        dropOutbox,
        next: next + 1,
      },
      result: undefined,
    }
  })
}

/** Gives a refused change up; the document shows the server's state again. Returns what was given up. */
export const discardRefused = (core: StoreCore, revisions: Revisions, number: number): Promise<unknown> =>
  withRefused(core, number, (parts, known) => dropEntries(core, revisions, parts, known))

/** Numbers under which a refused change is handed in piece by piece; durable before the first one leaves. */
export async function numberPieces(
  core: StoreCore,
  number: number,
  count: number,
): Promise<readonly number[]> {
  const numbers = await withEntry(core, refusedRow(number), async (entry, _, next) => {
    if (entry.pieces?.length === count) return { changes: null, result: entry.pieces }
    const pieces = Array.from({ length: count }, (__, index) => next + index)
    const outbox = [await sealEntry(core.sealer, { ...entry, pieces })]
    return { changes: { outbox, next: next + count }, result: pieces, handsIn: true }
  })
  return numbers ?? []
}

/** All pieces have arrived. What was typed on in it meanwhile has lost their numbers, and stays as it is. */
export async function markHeard(core: StoreCore, number: number, pieces: readonly number[]): Promise<void> {
  await withEntry(core, refusedRow(number), async ({ unheard: _, ...entry }) => {
    const isSame = entry.pieces?.[0] === pieces[0]
    const changes = isSame ? { outbox: [await sealEntry(core.sealer, entry)] } : null
    return { changes, result: undefined, handsIn: true }
  })
}

/** Takes back a new document that cannot have left. False: it has, or may have. */
export async function takeBackNew(core: StoreCore, revisions: Revisions, key: DocumentKey): Promise<boolean> {
  const find = async ({ outbox }: StoreReads) => {
    const [row, ...others] = await outbox.ofDocuments([key])
    return row?.t === STATE.waiting && others.length === 0 ? row : undefined
  }
  const drop = (entry: OutboxEntry, known: KnownDocument) => dropEntries(core, revisions, [entry], known)
  return (await withEntry(core, find, drop)) !== undefined
}

async function dropEntries(
  core: StoreCore,
  revisions: Revisions,
  entries: Parts,
  known: KnownDocument,
): Promise<Plan<unknown>> {
  const [entry] = entries
  const rest = known.pending.filter((other) => !entries.includes(other))
  // A document that a reset did not bring stands here for its changes alone.
  const orphan = known.server.rev === 0 && rest.length === 0
  const body = orphan ? null : visible(known.server, rest)
  const document =
    body === null && (known.stored === null || known.stored._deleted)
      ? null
      : revisions.revise(known.stored, body, entry.id)
  return {
    changes: {
      dropOutbox: entries.map(({ n }) => n),
      ...(rest.length === 0 && { dropShadow: [known.key] }),
      records: document ? [await sealRecord(core.sealer, known.key, document, known.server.rev)] : [],
    },
    changed: document ? [{ number: entry.collection, documents: [document] }] : [],
    result: unsentChange(rejoined(entries)),
  }
}

const withRefused = <T>(
  core: StoreCore,
  number: number,
  plan: (parts: Parts, known: KnownDocument, next: number) => Promise<Plan<T>>,
): Promise<T | undefined> =>
  withEntry(core, refusedRow(number), (entry, known, next) => {
    const [first = entry, ...others] = partsOf(entry, known.pending)
    return plan([first, ...others], known, next)
  })

const refusedRow =
  (number: number) =>
  async ({ outbox }: StoreReads): Promise<OutboxRow | undefined> => {
    const row = await outbox.get(number)
    return row?.t === STATE.attention ? row : undefined
  }

type Parts = readonly [OutboxEntry, ...OutboxEntry[]]

async function withEntry<T>(
  core: StoreCore,
  find: (reads: StoreReads) => Promise<OutboxRow | undefined>,
  plan: (entry: OutboxEntry, known: KnownDocument, next: number) => Promise<Plan<T>>,
): Promise<T | undefined> {
  return core.update(
    async (reads) => {
      const [row, { next }] = await Promise.all([find(reads), reads.head()])
      const keys: DocumentKey[] = row === undefined ? [] : [[row.c, row.id]]
      return { rows: await readRows(reads, keys), number: row?.n, next }
    },
    async ({ rows: [rows], number, next }): Promise<Plan<T | undefined>> => {
      if (rows === undefined) return { changes: null, result: undefined }
      const known = await openKnown(core.sealer, rows)
      const entry = known.pending.find(({ n }) => n === number)
      if (entry === undefined) return { changes: null, result: undefined }
      return plan(entry, known, next)
    },
  )
}

export interface UnsentChange {
  readonly mutation: number
  readonly collection: string
  readonly documentId: string
  readonly since: number
  readonly reason?: string
  readonly fields: { readonly [field: string]: Json }
}

const unsentChange = (entry: OutboxEntry): UnsentChange => ({
  mutation: entry.n,
  collection: collectionByNumber(entry.collection) ?? String(entry.collection),
  documentId: entry.id,
  since: entry.since,
  ...(entry.reason && { reason: entry.reason }),
  fields: Object.fromEntries(entry.fields.map(([field, value]) => [field, value])),
})

/** Everything that was not received. Of a database that the browser has deleted, this tab alone still knows. */
export async function exportUnsent(
  core: StoreCore,
  pending: ReturnType<typeof createPendingReader>,
): Promise<UnsentChange[]> {
  const entries = await pending(core.read).catch((error: unknown) => {
    if (error instanceof StorageLost) return pending(core.glance)
    throw error
  })
  return wholes(entries)
    .filter(({ state }) => state !== STATE.acked)
    .map(unsentChange)
}
