/**
 * What a decided request writes: documents, feed, history, answers and its place in the head's chain. Prepared (and
 * sealed) for each request by itself, written for a whole group with one statement a table.
 */
import { COLLECTIONS } from '../../shared/protocol/collections.ts'
import type { Cursor } from '../../shared/protocol/messages.ts'
import type { SqlTransaction } from '../platform/database.ts'
import { type NewJob, putJobs } from '../platform/outbox-store.ts'
import { type NewFeedRow, putFeedRows } from './change-feed-store.ts'
import type { TableRow } from './collection.ts'
import { writeRows } from './document-store.ts'
import { putHistory, type SealedEntry, sealHistory } from './field-history-store.ts'
import { type Advance, advanceHeads, nextHead } from './head-store.ts'
import {
  type NewAnswer,
  putAnswers,
  putQuarantine,
  type Refused,
  type SealedRefusal,
  sealRefused,
} from './mutation-store.ts'
import type { Registry } from './registry.ts'
import type { Staged, TransactionWork } from './working-set.ts'

export interface Flush {
  readonly documents: readonly TableRow[]
  readonly feed: readonly NewFeedRow[]
  readonly history: readonly SealedEntry[]
  readonly quarantine: readonly SealedRefusal[]
  readonly answers: Parameters<typeof putAnswers>[1]
  readonly advance: readonly Advance[]
  readonly jobs: readonly NewJob[]
}

export interface Prepared {
  readonly flush: Omit<Flush, 'advance' | 'jobs'>
  readonly to: Cursor
  /** With their new positions, in the order in which they were staged. */
  readonly staged: readonly Staged[]
}

export function prepareFlush(
  registry: Registry,
  work: TransactionWork,
  from: Cursor,
  { answers, refused }: { readonly answers: readonly NewAnswer[]; readonly refused: readonly Refused[] },
): Prepared {
  const { scope, actor } = work
  const { clientId } = scope
  const all = work.staged()
  const staged = all
    .filter(({ quiet }) => !quiet)
    .map((item, index) => ({ ...item, after: { ...item.after, seq: from.s + index + 1 } }))
  const quiet = all
    .filter((item) => item.quiet)
    .map((item) => ({ ...item, after: { ...item.after, seq: item.before?.seq ?? 0 } }))
  const written = [...staged, ...quiet]
  const documents = [...new Set(all.map(({ ref }) => ref.collection))].flatMap((name) => {
    const own = written.filter(({ ref }) => ref.collection === name)
    const versions = own.map(({ after, stored }) => ({ document: after, replaces: stored }))
    return registry.get(name).store.seal(scope, versions)
  })
  const feed = staged.map(
    ({ ref, before, after: { rev, seq, deleted } }): NewFeedRow => ({
      clientId,
      moves: before !== undefined,
      seq,
      collection: COLLECTIONS[ref.collection].number,
      documentId: ref.id,
      rev,
      deleted,
    }),
  )
  const rows = feed.map(({ collection, documentId, rev }) => ({ collection, id: documentId, rev }))
  const to = staged.length === 0 ? from : nextHead(from, rows)
  const flush = {
    documents,
    feed,
    history: sealHistory(scope, work.kept()),
    quarantine: sealRefused(scope, actor, work.receivedAt, refused),
    answers: answers.map((answer) => ({ ...answer, clientId, deviceId: actor.deviceId ?? '' })),
  }
  return { flush, to, staged }
}

export const EMPTY_FLUSH: Flush = {
  documents: [],
  feed: [],
  history: [],
  quarantine: [],
  answers: [],
  advance: [],
  jobs: [],
}

/** `at`: receipt time, ms. */
export async function writeFlushes(tx: SqlTransaction, flushes: readonly Flush[], at: number): Promise<void> {
  await Promise.all([
    putHistory(
      tx,
      flushes.flatMap(({ history }) => history),
    ),
    writeRows(
      tx,
      flushes.flatMap(({ documents }) => documents),
    ),
    putFeedRows(
      tx,
      flushes.flatMap(({ feed }) => feed),
    ),
    putQuarantine(
      tx,
      flushes.flatMap(({ quarantine }) => quarantine),
    ),
    putAnswers(
      tx,
      flushes.flatMap(({ answers }) => answers),
    ),
    putJobs(
      tx,
      flushes.flatMap(({ jobs }) => jobs),
    ),
    advanceHeads(
      tx,
      flushes.flatMap(({ advance }) => advance),
      at,
    ),
  ])
}
