/** Takes bytes out of the store that belong to nobody any more, and uploads that nobody went on with. */
import type { Clock } from '../../../shared/kernel/clock.ts'
import { type BlobStore, blobName } from '../../platform/blob-store.ts'
import type { Database } from '../../platform/database.ts'
import { deleteAbandoned, forgetRemoval, readRemovals } from './stored-file-store.ts'

/** A phone may be away for a while, half-way through a picture. */
const ABANDONED_MS = 14 * 24 * 3_600_000
const AT_ONCE = 50

/** Until nothing is left to do. What fails is tried again by the next sweep. */
export async function sweepFiles({
  database,
  clock,
  store,
}: {
  readonly database: Database
  readonly clock: Clock
  readonly store: BlobStore
}): Promise<number> {
  await database.direct((tx) => deleteAbandoned(tx, clock.now() - ABANDONED_MS))
  let removed = 0
  for (;;) {
    const removals = await database.direct((tx) => readRemovals(tx, AT_ONCE))
    for (const { place, parts } of removals) {
      await store.remove(Array.from({ length: parts }, (_, part) => blobName(place, part)))
      await database.direct((tx) => forgetRemoval(tx, place))
      removed += 1
    }
    if (removals.length < AT_ONCE) return removed
  }
}
