/**
 * A page of the feed: whole documents as they are now, by rising position, never beyond the head that the first page
 * was capped at, so that a pull ends however much is written meanwhile. SPEC: shared/protocol/SPEC.md.
 */
import { ok, type Result } from '../../shared/kernel/result.ts'
import { type CollectionName, collectionByNumber } from '../../shared/protocol/collections.ts'
import type { Refusal } from '../../shared/protocol/errors.ts'
import type { ChangeRow, PullAnswer, PullRequest } from '../../shared/protocol/messages.ts'
import { LIMITS } from '../../shared/protocol/terms.ts'
import { UnreadableError } from '../platform/sealing.ts'
import type { Actor } from './actor.ts'
import { type FeedRow, readFeedPage } from './change-feed-store.ts'
import { wholeRow } from './change-rows.ts'
import { REPLICA_HOLDERS } from './client-access-store.ts'
import type { StoredDocument } from './collection.ts'
import type { ReplicationDeps } from './commit.ts'
import { seesCollection, seesDocument } from './granted-documents.ts'
import { readHead, readLog } from './head-store.ts'
import { type ReadSession, readRecord } from './read-record.ts'
import type { Registry } from './registry.ts'
import { unreadableDocument } from './unreadable.ts'

/** About so many characters of JSON, and a page ends early; at least one document is always in it. */
const PAGE_SIZE = 1_400_000

export function pull(
  deps: ReplicationDeps,
  actor: Actor,
  message: PullRequest,
): Promise<Result<PullAnswer, Refusal>> {
  return readRecord<PullAnswer>(deps, {
    actor,
    clientId: message.client,
    action: 'sync.pull',
    permit: REPLICA_HOLDERS,
    onDevice: true,
    describe: ({ rows, next }) =>
      rows.length === 0 ? null : { count: rows.length, reason: `feed ${message.after} to ${next}` },
    run: async (session) => ok(await readPage(deps.registry, session, message)),
  })
}

async function readPage(
  registry: Registry,
  { access, scope, unreadable }: ReadSession,
  message: PullRequest,
): Promise<PullAnswer> {
  const { tx, clientId } = scope
  const head = await readHead(tx, clientId)
  const asked = Math.min(message.upTo ?? head.s, head.s)
  const logged = asked === head.s ? head : await readLog(tx, clientId, asked, head.e)
  // A cap that is no commit of the chain any more cannot become a cursor: go on to the head instead.
  const cap = logged?.s === asked ? logged : head
  const limit = message.limit ?? LIMITS.pullPage
  const feed = await readFeedPage(tx, clientId, { after: message.after, upTo: cap.s, limit })
  const rows = await readRows(registry, { access, scope, unreadable }, feed)
  const kept = withinSize(rows)
  const done = kept === feed.length && feed.length < limit
  return {
    rows: rows.slice(0, kept).filter((row) => row !== null),
    next: done ? cap.s : (feed[kept - 1]?.seq ?? message.after),
    upTo: cap.s,
    done,
    head: cap,
  }
}

async function readRows(
  registry: Registry,
  { access, scope, unreadable }: Pick<ReadSession, 'access' | 'scope' | 'unreadable'>,
  feed: readonly FeedRow[],
): Promise<readonly (ChangeRow | null)[]> {
  const ids = new Map<CollectionName, string[]>()
  for (const { collection, documentId, deleted } of feed) {
    const name = collectionByNumber(collection)
    if (name === undefined)
      throw new Error(`The feed has a collection ${collection} that this build does not know.`)
    if (deleted || !seesCollection(access, name)) continue
    const known = ids.get(name)
    if (known === undefined) ids.set(name, [documentId])
    else known.push(documentId)
  }
  const documents = new Map<string, StoredDocument>()
  for (const [name, wanted] of ids)
    for (const document of await registry.get(name).store.read(scope, wanted))
      documents.set(`${name}/${document.id}`, document)
  return feed.map(({ collection, documentId, rev, deleted }): ChangeRow | null => {
    const name = collectionByNumber(collection)
    const document = name && documents.get(`${name}/${documentId}`)
    // Positions of what is not theirs are passed over.
    if (name && !seesCollection(access, name)) return null
    if (deleted) return [collection, documentId, rev, 2]
    if (!name || !document)
      throw new Error(`A document of collection ${collection} is in the feed and not in its table.`)
    try {
      return seesDocument(access, name, document) ? wholeRow(name, document) : null
    } catch (error) {
      if (!(error instanceof UnreadableError)) throw error
      // One document that was damaged must not keep the others from the device for ever (I6).
      unreadable(unreadableDocument({ collection: name, id: documentId }))
      return null
    }
  })
}

function withinSize(rows: readonly (ChangeRow | null)[]): number {
  let size = 0
  for (const [index, row] of rows.entries()) {
    size += sizeOf(row)
    if (size > PAGE_SIZE && index > 0) return index
  }
  return rows.length
}

/** Length as JSON, near enough: writing it to measure it costs a tenth of the page. */
function sizeOf(value: unknown): number {
  if (typeof value === 'string') return value.length + 3
  if (typeof value !== 'object' || value === null) return 8
  let size = 2
  if (Array.isArray(value)) for (const item of value) size += sizeOf(item)
  else for (const name in value) size += name.length + 4 + sizeOf(Reflect.get(value, name))
  return size
}
