/**
 * A write of the page: all its documents and their outbox entries in one transaction, or nothing. A document that
 * another tab or the server moved on meanwhile is answered with its newer form. SPEC: client/replica/SPEC.md, R3–R6.
 */

import { WRITTEN_FIELDS } from '../../../shared/domains/messages/limits.ts'
import type { Clock } from '../../../shared/kernel/clock.ts'
import { equalJson, type Json } from '../../../shared/kernel/json.ts'
import { diffFields, type FieldPatch } from '../../../shared/merge/fields.ts'
import { COLLECTIONS, type CollectionName } from '../../../shared/protocol/collections.ts'
import { DraftMoved, type WithSeenDraft } from '../seen-draft.ts'
import type { StoredDocument, WriteReply, WriteRow } from '../worker-port.ts'
import { isReplicated } from './collection-names.ts'
import {
  bodyOf,
  type KnownDocument,
  type KnownRows,
  openKnown,
  openRecord,
  readRows,
  sealEntry,
  sealRecord,
  sealShadow,
} from './documents.ts'
import type { OutboxEntry } from './outbox-entry.ts'
import { type DocumentKey, STATE } from './sealed-rows.ts'
import { checkSeenVisit, subjectKey, withSubjectRev } from './seen-visit.ts'
import { stage } from './stage.ts'
import type { StoreCore } from './store-core.ts'

/** A write that no device may make: a bug of the caller, never a thing a person did. */
export class WriteRefused extends Error {
  override readonly name = 'WriteRefused'
}

/** What a device sends of a new document; the rest of it is the server's to fill in. */
const SENT_FIELDS: { readonly [K in CollectionName]?: ReadonlySet<string> } = {
  submissions: new Set(['draftId', 'definitionId', 'answers', 'submittedAt']),
  messages: new Set([...WRITTEN_FIELDS, 'sentAt']),
  receipts: new Set(['threadId', 'readUpTo']),
}

interface Before {
  readonly known: readonly KnownRows[]
  /** What each row rests on: a submission on its draft, a request on its appointment. */
  readonly bases: readonly KnownRows[]
  readonly next: number
}

export async function writeLocally(
  core: StoreCore,
  clock: Clock,
  collection: { name: string; number: number },
  written: readonly WriteRow[],
): Promise<WriteReply> {
  const { name, number } = collection
  const rows = name === 'submissions' ? written.map(withoutSeenDraft) : written
  if (isReplicated(name)) for (const row of rows) checkAllowed(name, row)
  const keys = rows.map(({ id }): DocumentKey => [number, id])
  const basis = BASES[name]
  const baseKeys = basis === undefined ? [] : rows.map(basis.keyOf)
  return core.update<Before, WriteReply>(
    async (reads) => {
      const [known, bases, { next }] = await Promise.all([
        readRows(reads, keys),
        readRows(reads, baseKeys),
        reads.head(),
      ])
      return { known, bases, next }
    },
    async (before) => {
      const newer = before.known.filter(({ record }, index) => record?.r !== rows[index]?.previous?._rev)
      if (newer.length > 0) {
        const documents = await Promise.all(
          newer.flatMap(({ record }) => (record ? [openRecord(core.sealer, record)] : [])),
        )
        return { changes: null, result: { ok: false, newer: documents.map(({ d }) => d) } }
      }
      const known = await Promise.all(before.known.map((row) => openKnown(core.sealer, row)))
      const seenRevs = await Promise.all(
        before.bases.map(async (row, index) => {
          const base = await openKnown(core.sealer, row)
          basis?.check(base, written[index] as WriteRow)
          return seenRevision(base)
        }),
      )
      const entries: OutboxEntry[] = []
      let next = before.next
      if (isReplicated(name))
        known.forEach((document, index) => {
          const row = rows[index] as WriteRow
          const staged = stage({
            collection: number,
            id: row.id,
            patch: patchOf(name, row, seenRevs[index]),
            body: bodyOf(row.document),
            at: clock.now(),
            pending: document.pending,
            serverRev: document.server.rev,
            writer: core.writer,
            next,
          })
          entries.push(...staged.covered, ...staged.put.map((entry) => handed(entry, core.sendsAtOnce())))
          next = staged.next
        })
      // The server's state is kept apart from the moment that the record shows more than it.
      const touched = new Set(entries.map(({ id }) => id))
      const fresh = known.filter(({ key, hasShadow }) => !hasShadow && touched.has(key[1]))
      const [records, shadow, outbox] = await Promise.all([
        Promise.all(
          rows.map((row, index) => {
            const document = known[index] as KnownDocument
            return sealRecord(core.sealer, document.key, row.document, document.server.rev)
          }),
        ),
        Promise.all(fresh.map(({ key, server }) => sealShadow(core.sealer, key, server))),
        Promise.all(entries.map((entry) => sealEntry(core.sealer, entry))),
      ])
      return { changes: { records, shadow, outbox, next }, result: { ok: true } }
    },
  )
}

/**
 * Marked for sending with the write itself: the mark is one transaction less between the keystroke and the server. A message
 * with files is not sent with the write, and can be taken back until it is.
 */
const handed = (entry: OutboxEntry, atOnce: boolean): OutboxEntry =>
  atOnce && entry.state === STATE.waiting && !namesFiles(entry) ? { ...entry, state: STATE.handed } : entry

const namesFiles = ({ fields }: OutboxEntry) =>
  fields.some(([field, value]) => field === 'attachments' && Array.isArray(value) && value.length > 0)

function checkAllowed(name: CollectionName, { document, previous }: WriteRow): void {
  if (!COLLECTIONS[name].clientWrites) throw new WriteRefused(`${name} is read-only on devices`)
  if (document._deleted !== (previous?._deleted ?? false))
    throw new WriteRefused(`documents of ${name} are not deleted by devices`)
}

function patchOf(name: CollectionName, row: WriteRow, seenRev = 0): FieldPatch {
  const before = row.previous && bodyOf(row.previous)
  const patch = diffFields(before, bodyOf(row.document), COLLECTIONS[name].maps)
  if (name === 'requests') return withSubjectRev(patch, row.document, seenRev)
  const sent = SENT_FIELDS[name]
  if (sent === undefined || before !== undefined) return patch
  const supplied = patch.filter(([field]) => sent.has(field))
  return name === 'submissions' ? [...supplied, ['draftRev', seenRev]] : supplied
}

interface Basis {
  keyOf(row: WriteRow): DocumentKey
  /** Throws where the page has shown something else than what this device holds now. */
  check(base: KnownDocument, row: WriteRow): void
}
const BASES: { readonly [name: string]: Basis } = {
  submissions: { keyOf: (row) => draftKey(row), check: (draft, { document }) => checkSeen(draft, document) },
  requests: { keyOf: subjectKey, check: checkSeenVisit },
}

type MaybeSeen = StoredDocument & Partial<WithSeenDraft>

function withoutSeenDraft(row: WriteRow): WriteRow {
  const { seenDraft: _, ...document } = row.document as MaybeSeen
  return { ...row, document }
}

/** Throws {@link DraftMoved} where the page has shown something else than what this device holds now. */
function checkSeen({ stored }: KnownDocument, { seenDraft }: MaybeSeen): void {
  if (seenDraft === undefined) return
  const now = (stored ?? {}) as { answers?: Json; contested?: Json }
  for (const part of ['answers', 'contested'] as const)
    if (!equalJson(now[part] ?? {}, (seenDraft[part] ?? {}) as Json)) throw new DraftMoved()
}

/** The oldest server revision that the answers on the screen rest on: what came later was hidden by own changes. */
const seenRevision = ({ server, pending }: KnownDocument) =>
  pending.reduce((lowest, { baseRev }) => Math.min(lowest, baseRev), server.rev)

const draftKey = ({ document }: WriteRow): DocumentKey => [
  COLLECTIONS.drafts.number,
  String((document as StoredDocument & { draftId?: unknown }).draftId),
]
