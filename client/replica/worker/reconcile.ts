/**
 * What the server said, taken into the replica: answers to mutations, changes of others, pages of a pull. Everything
 * that came together is one transaction with the cursor. SPEC: client/replica/SPEC.md, R7–R10.
 */
import { equalJson, type JsonObject } from '../../../shared/kernel/json.ts'
import type { ChangeRow, Cursor, MutationAnswer } from '../../../shared/protocol/messages.ts'
import { OUTCOMES } from '../../../shared/protocol/terms.ts'
import type { StoredDocument } from '../worker-port.ts'
import { sealDocuments } from './blocks.ts'
import { bodyOf, type KnownDocument, openKnown, readRows, sealEntry, sealShadow } from './documents.ts'
import { journalRow } from './journal.ts'
import type { OutboxEntry } from './outbox-entry.ts'
import { historyOf, mustBeAt, Overtaken, type PullPoint, readPoint } from './pull-point.ts'
import { refuse } from './refusal.ts'
import type { Revisions } from './revisions.ts'
import { type DocumentKey, type PullPosition, pagesTo, STATE, seenPage } from './sealed-rows.ts'
import { applyOwn, applyRow, isReached, type ServerState, visible } from './server-state.ts'
import type { Changeset } from './store-changes.ts'
import type { ChangedDocuments, StoreCore } from './store-core.ts'

export interface Incoming {
  readonly rows: readonly ChangeRow[]
  readonly answers?: readonly MutationAnswer[]
  /** Feed position that the rows start from (changes) … */
  readonly from?: number
  /** … and the cursor after them. With a pull: only on the last page. */
  readonly to?: Cursor
  /** The rows are pages of a pull: whole documents, true whatever the cursor is. */
  readonly pulled?: {
    /** Where to go on; null after the last page. */
    readonly position: PullPosition | null
    /** Where the pull stood before: it is written only if it still does. */
    readonly after?: PullPoint
    /** Of a reset: the number of this page, from 0, and what is in it. */
    readonly seen?: { readonly page: number; readonly keys: readonly string[] } | undefined
  }
  /** The server's epoch, where it is known to be another one than that of what is here. Default: the cursor's. */
  readonly history?: number | undefined
  /** The server's history was rewound: its revisions count even where they are lower. */
  readonly force?: boolean
  /** The answers are this device's own: the server could not read these mutations, and has no copy. */
  readonly unheard?: boolean
  /** A whole pull has passed since these were acked: the server's state contains them, whatever its revision. */
  readonly finish?: readonly number[]
}

export interface Reconciled {
  /** Something is missing here that only a pull brings. */
  readonly gap: boolean
  readonly settled: readonly { collection: number; id: string; at: number }[]
}

interface Outcome {
  readonly before: KnownDocument
  readonly server: ServerState
  readonly pending: readonly OutboxEntry[]
  readonly reached: readonly OutboxEntry[]
  readonly gap: boolean
}

export async function reconcile(
  core: StoreCore,
  revisions: Revisions,
  now: number,
  incoming: Incoming,
): Promise<Reconciled> {
  const answers = new Map((incoming.answers ?? []).map((answer) => [answer[0], answer]))
  const rowsByKey = new Map<string, ChangeRow[]>()
  for (const row of incoming.rows) add(rowsByKey, keyText([row[0], row[1]]), row)
  return core.update(
    async (reads) => {
      const answered = await reads.outbox.getMany([...answers.keys(), ...(incoming.finish ?? [])])
      const keys = new Map<string, DocumentKey>()
      for (const row of incoming.rows) keys.set(keyText([row[0], row[1]]), [row[0], row[1]])
      for (const entry of answered) if (entry) keys.set(keyText([entry.c, entry.id]), [entry.c, entry.id])
      const [known, at, { next }] = await Promise.all([
        readRows(reads, [...keys.values()]),
        readPoint(reads),
        reads.head(),
      ])
      return { known, at, next }
    },
    async ({ known: rows, at, next: firstFree }) => {
      mustCount(incoming, at)
      const { cursor } = at
      let next = firstFree
      const number = () => next++
      const known = await Promise.all(rows.map((row) => openKnown(core.sealer, row)))
      const outcomes = known.map((document) =>
        settle(document, rowsByKey.get(keyText(document.key)) ?? [], answers, incoming, number),
      )
      const gap = outcomes.some((outcome) => outcome.gap)
      const fits = incoming.pulled !== undefined || incoming.from === (cursor?.s ?? 0)
      // An answer whose document does not come with it is brought by a pull from here: the cursor must not pass it.
      const short = incoming.pulled === undefined && outcomes.some(isShort)
      const advance = incoming.to !== undefined && fits && !gap && !short && !isPast(incoming, cursor)
      const behind = incoming.to !== undefined && !advance && incoming.to.s > (cursor?.s ?? 0)
      const written = await writeOutcomes(core, revisions, now, outcomes, incoming.to?.s ?? cursor?.s ?? 0)
      const settled = outcomes.flatMap(reachedNow)
      const { position, seen } = incoming.pulled ?? {}
      return {
        changes: {
          ...written.changes,
          meta: {
            ...(advance && { cursor: incoming.to as Cursor, lastSyncedAt: now }),
            ...(position && { pull: position }),
            ...(position && seen && { [seenPage(seen.page)]: seen.keys }),
          },
          ...(next > firstFree && { next }),
          ...(position === null && { dropMeta: ['pull', ...pagesTo(seen?.page ?? 0)] as const }),
        },
        changed: written.changed,
        handsIn: true,
        // Whatever a power cut took back of it, the server says again: the cursor goes with it. Not so a new number:
        // once it may have been sent, it must never be given again. And what is refused is never sent again, which lets
        // hello's `m` rise above it.
        durability: next > firstFree || outcomes.some(isRefusing) ? 'strict' : 'relaxed',
        // Rows come again once there is room; what is left is for what a person writes, and for sending it.
        canWait: incoming.answers === undefined,
        result: { gap: gap || behind || outcomes.some(waitsForState), settled },
      }
    },
  )
}

/** A page of a pull that another has gone on with, or an answer from before a restore, is of no history that counts here. */
function mustCount({ pulled, to, history }: Incoming, at: PullPoint): void {
  if (pulled?.after !== undefined) mustBeAt(at, pulled.after)
  const counts = history ?? historyOf(at)
  if (pulled === undefined && to !== undefined && counts !== undefined && to.e !== counts)
    throw new Overtaken('the feed began anew')
}

function add<Key, Value>(lists: Map<Key, Value[]>, key: Key, value: Value): void {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [value])
  else list.push(value)
}
const keyText = ([collection, id]: DocumentKey) => `${collection}|${id}`
/** Answered just now, and the state that the answer names is not here. */
const isShort = ({ before, pending }: Outcome) =>
  pending.some((entry) => entry.state === STATE.acked && !before.pending.includes(entry))
const isRefusing = ({ before, pending }: Outcome) =>
  pending.some((entry) => entry.state === STATE.attention && !before.pending.includes(entry))
/** What was announced since a pull began may have gone beyond it. */
const isPast = ({ force, to }: Incoming, cursor: Cursor | undefined) =>
  !force && cursor?.e === to?.e && (cursor?.s ?? 0) > (to?.s ?? 0)
const reachedNow = ({ before, reached }: Outcome) =>
  reached.length === 0
    ? []
    : [
        {
          collection: before.key[0],
          id: before.key[1],
          at: Math.max(...reached.map((e) => e.acked?.at ?? 0)),
        },
      ]
const waitsForState = ({ pending }: Outcome) => pending.some(({ state }) => state === STATE.acked)

/** One document: answers first, then rows (they are relative to the state before the push). */
function settle(
  before: KnownDocument,
  rows: readonly ChangeRow[],
  answers: ReadonlyMap<number, MutationAnswer>,
  { force = false, finish = [], unheard = false }: Incoming,
  number: () => number,
): Outcome {
  let server = before.server
  const pending: OutboxEntry[] = []
  /** Parts of refused ones, to be sent anew: they have the highest numbers. */
  const split: OutboxEntry[] = []
  /** Taken as sent, and not in the server's state yet: what was answered before is, and was perhaps overwritten since. */
  const accepted: OutboxEntry[] = []
  for (const entry of before.pending) {
    const answer = answers.get(entry.n)
    if (answer === undefined || entry.state === STATE.attention) {
      pending.push(entry)
      continue
    }
    const [, outcome, rev, at, reason] = answer
    if (OUTCOMES[outcome] === 'quarantined') {
      const later = before.pending.filter(({ n }) => n > entry.n)
      const { kept, again } = refuse(entry, reason ?? 'internal', later, number, unheard)
      pending.push(...kept)
      split.push(...again)
      continue
    }
    // What was merged is not what was sent: the server sends that document whole.
    if (OUTCOMES[outcome] === 'ok') {
      server = applyOwn(server, entry, rev, at)
      if (rev > before.server.rev) accepted.push(entry)
    }
    pending.push({ ...entry, state: STATE.acked, acked: { rev, at } })
  }
  pending.push(...split)
  let gap = false
  for (const row of rows) {
    // A row of the push's own answer starts from the revision before the push, and leaves out what was sent and stands.
    const relative =
      row[3] === 1 && accepted.length > 0 && row[5] === before.server.rev
        ? { rev: row[5], body: visible(before.server, accepted) }
        : server
    const applied = applyRow(relative, row, force)
    if (applied === 'gap') gap = true
    else server = applied
  }
  const reached = pending.filter(
    (entry) => isReached(entry, server) || (entry.state === STATE.acked && finish.includes(entry.n)),
  )
  return { before, server, pending: pending.filter((entry) => !reached.includes(entry)), reached, gap }
}

async function writeOutcomes(
  core: StoreCore,
  revisions: Revisions,
  now: number,
  outcomes: readonly Outcome[],
  seq: number,
): Promise<{ changes: Changeset; changed: ChangedDocuments[] }> {
  const { sealer } = core
  const changed = new Map<number, StoredDocument[]>()
  const parts = await Promise.all(
    outcomes.map(async ({ before, server, pending, reached }) => {
      const { key } = before
      const document = rebased(before, server, pending, revisions)
      if (document !== before.stored && document !== null) add(changed, key[0], document)
      const altered = pending.filter((entry) => !before.pending.includes(entry))
      const overlaid = pending.length > 0
      const moved = server.rev !== before.server.rev || server.body !== before.server.body
      return {
        record:
          document !== null && (document !== before.stored || server.rev !== before.recordRev)
            ? { key, document, rev: server.rev }
            : undefined,
        shadow: overlaid && (moved || !before.hasShadow) ? await sealShadow(sealer, key, server) : undefined,
        dropShadow: before.hasShadow && !overlaid ? key : undefined,
        outbox: await Promise.all(altered.map((entry) => sealEntry(sealer, entry))),
        // Acked and reached, or taken apart.
        dropOutbox: before.pending
          .filter(({ n }) => !pending.some((entry) => entry.n === n))
          .map(({ n }) => n),
        journal: await Promise.all(reached.map((entry) => journalRow(sealer, entry, seq, now))),
      }
    }),
  )
  const present = <T>(value: T | undefined): T[] => (value === undefined ? [] : [value])
  const documents = parts.flatMap(({ record }) => present(record))
  return {
    changes: {
      ...(await sealDocuments(core, documents)),
      shadow: parts.flatMap(({ shadow }) => present(shadow)),
      dropShadow: parts.flatMap(({ dropShadow }) => present(dropShadow)),
      outbox: parts.flatMap(({ outbox }) => outbox),
      journal: parts.flatMap(({ journal }) => journal),
      dropOutbox: parts.flatMap(({ dropOutbox }) => dropOutbox),
    },
    changed: [...changed].map(([number, documents]) => ({ number, documents })),
  }
}

/** The document to show now: the stored one itself if nothing that a person can see has changed. */
function rebased(
  before: KnownDocument,
  server: ServerState,
  pending: readonly OutboxEntry[],
  revisions: Revisions,
): StoredDocument | null {
  const { stored } = before
  const body: JsonObject | null = visible(server, pending)
  if (body === null)
    return stored === null || stored._deleted ? stored : revisions.revise(stored, null, before.key[1])
  if (stored !== null && !stored._deleted && equalJson(bodyOf(stored), body)) return stored
  return revisions.revise(stored, body, before.key[1])
}
