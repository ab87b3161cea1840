/** Requests for refills sorted into what the pages show. Pure. */
import { isUnderWay } from '../../shared/domains/medications/refill-rules.ts'
import type { Refill } from '../../shared/domains/medications/refill-schema.ts'
import type { PendingItem } from './portal-session.ts'

export interface KnownRefill {
  readonly refill: Refill
  readonly item: PendingItem | undefined
  /** The practice did not take it: it is under way nowhere. */
  readonly refused: boolean
}

export function knownRefills(
  refills: readonly Refill[],
  items: readonly PendingItem[],
): readonly KnownRefill[] {
  return refills.map((refill) => {
    const own = items.filter(({ documentId }) => documentId === refill.id)
    // What needs a decision is not covered up by what was received after it.
    const item = own.find(({ state }) => state === 'attention') ?? own[0]
    return { refill, item, refused: item?.state === 'attention' && refill.steps === undefined }
  })
}

export const openFor = (known: readonly KnownRefill[], medicationId: string): KnownRefill | undefined =>
  known.find(({ refill, refused }) => !refused && refill.subjectId === medicationId && isUnderWay(refill))

/** What needs the client, then what is under way, then what is over; the newest first among equals. */
export function sortedRefills(known: readonly KnownRefill[]): {
  readonly open: readonly KnownRefill[]
  readonly past: readonly KnownRefill[]
} {
  const needsClient = ({ refill, item }: KnownRefill) =>
    refill.status === 'more-information' || item?.state === 'attention'
  const isOpen = (one: KnownRefill) => isUnderWay(one.refill) || needsClient(one)
  const open = known.filter(isOpen)
  return {
    open: [...open.filter(needsClient), ...open.filter((one) => !needsClient(one))],
    past: known.filter((one) => !isOpen(one)),
  }
}
