/**
 * Acked mutations, kept 30 days: if the server's database is restored from a backup, what it lost is sent again with
 * the same numbers, so that an acked write survives as long as one device has it. SPEC: client/replica/SPEC.md, R11.
 */

import { openEntry, sealEntry } from './documents.ts'
import { contentOf, type OutboxContent, type OutboxEntry } from './outbox-entry.ts'
import { type JournalRow, STATE } from './sealed-rows.ts'
import type { Place, Sealer } from './sealer.ts'
import type { StoreCore } from './store-core.ts'

const KEPT_MS = 30 * 24 * 60 * 60 * 1000

export const journalPlace = (c: number, n: number): Place => ({
  table: 'journal',
  collection: c,
  key: String(n),
})

export const journalRow = async (
  sealer: Sealer,
  entry: OutboxEntry,
  seq: number,
  now: number,
): Promise<JournalRow> => ({
  n: entry.n,
  c: entry.collection,
  id: entry.id,
  s: seq,
  at: now,
  e: await sealer.seal(journalPlace(entry.collection, entry.n), contentOf(entry)),
})

/**
 * Puts journalled mutations back into the outbox, immutable, as if their acks had never come; likewise those that
 * are acked but whose effect was not seen yet. `whole`: and what was refused, for the replica is to go: a server that is as
 * it was before has lost that too.
 */
export async function replayJournal(core: StoreCore, whole = false): Promise<void> {
  await core.update(
    async (reads) => {
      const [journal, outbox] = await Promise.all([reads.journal.all(), reads.outbox.all()])
      const answered = outbox.filter(
        ({ t, u }) => t === STATE.acked || (whole && t === STATE.attention && !u),
      )
      return { journal, answered }
    },
    async ({ journal, answered }) => {
      const entries: OutboxEntry[] = await Promise.all([
        ...journal.map(async (row) => ({
          ...(await core.sealer.open<OutboxContent>(journalPlace(row.c, row.n), row.e)),
          n: row.n,
          collection: row.c,
          id: row.id,
          state: STATE.handed,
          writer: '',
        })),
        ...answered.map((row) => openEntry(core.sealer, row)),
      ])
      if (entries.length === 0) return { changes: null, result: undefined }
      const outbox = await Promise.all(
        entries.map(({ acked: _, ...entry }) => sealEntry(core.sealer, { ...entry, state: STATE.handed })),
      )
      return {
        changes: { outbox, dropJournal: journal.map(({ n }) => n) },
        result: undefined,
        handsIn: true,
      }
    },
  )
}

export async function pruneJournal(core: StoreCore, now: number): Promise<void> {
  await core.update(
    async (reads) => (await reads.journal.all()).filter(({ at }) => at < now - KEPT_MS).map(({ n }) => n),
    async (numbers) => ({
      changes: numbers.length > 0 ? { dropJournal: numbers } : null,
      result: undefined,
    }),
  )
}
