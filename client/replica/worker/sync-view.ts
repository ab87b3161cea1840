/**
 * Where every change is, as the screens show it: pure. "Received" is said only after the server's answer; being
 * offline is no error. SPEC: client/replica/SPEC.md, R14.
 */
import { collectionByNumber } from '../../../shared/protocol/collections.ts'
import type { ItemState, PendingItem, SyncView } from '../portal-session.ts'
import type { LinkStatus } from './link.ts'
import type { OutboxEntry } from './outbox-entry.ts'
import { wholes } from './rejoin.ts'
import { STATE } from './sealed-rows.ts'

/** A document that the server confirmed in this session. */
export interface Received {
  readonly collection: number
  readonly id: string
  readonly at: number
}

export interface SyncFacts {
  readonly entries: readonly OutboxEntry[]
  readonly link: LinkStatus
  readonly inFlight: ReadonlySet<number>
  readonly received: readonly Received[]
  readonly lastSyncedAt: number | null
  readonly progress: number | null
  readonly persisted: boolean
}

const keyOf = ({ collection, id }: { collection: number; id: string }) => `${collection}|${id}`

export function syncView(facts: SyncFacts): SyncView {
  const waiting = facts.entries.filter(({ state }) => state === STATE.waiting || state === STATE.handed)
  const byDocument = new Map<string, OutboxEntry[]>()
  for (const entry of waiting) byDocument.set(keyOf(entry), [...(byDocument.get(keyOf(entry)) ?? []), entry])
  const refused = wholes(facts.entries).filter(({ state }) => state === STATE.attention)
  const pendingItems = [...byDocument.values()].flatMap((entries) => itemOf(entries, facts))
  const refusedItems = refused.flatMap((entry): PendingItem[] => {
    const collection = collectionByNumber(entry.collection)
    return collection === undefined
      ? []
      : [
          {
            collection,
            documentId: entry.id,
            state: 'attention',
            at: entry.since,
            changes: entry.fields.length,
            reason: entry.reason ?? 'internal',
            mutation: entry.n,
          },
        ]
  })
  const received = facts.received.flatMap((item): PendingItem[] => {
    const collection = collectionByNumber(item.collection)
    return collection === undefined || byDocument.has(keyOf(item))
      ? []
      : [{ collection, documentId: item.id, state: 'received', at: item.at, changes: 0 }]
  })
  return {
    link: facts.link,
    lastSyncedAt: facts.lastSyncedAt,
    unsent: waiting.length,
    progress: facts.progress,
    items: [...refusedItems, ...pendingItems, ...received].sort((a, b) => b.at - a.at),
    persisted: facts.persisted,
  }
}

function itemOf(entries: readonly OutboxEntry[], facts: SyncFacts): PendingItem[] {
  const [first] = entries
  const collection = first && collectionByNumber(first.collection)
  if (first === undefined || collection === undefined) return []
  const fields = new Set(entries.flatMap((entry) => entry.fields.map(([field]) => field)))
  // What the browser has deleted is not saved.
  const isWaiting = ['online', 'connecting', 'storage-lost'].includes(facts.link)
  let state: ItemState = isWaiting ? 'waiting' : 'saved'
  if (entries.some(({ n }) => facts.inFlight.has(n))) state = 'sending'
  const at = Math.min(...entries.map(({ since }) => since))
  return [{ collection, documentId: first.id, state, at, changes: fields.size }]
}
