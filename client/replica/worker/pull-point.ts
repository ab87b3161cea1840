/**
 * Where the pull under way stands, and whose it is. Two may be at it for a moment: one of a connection that ended and its
 * successor, or one of a tab that was frozen and of the tab that leads since. Only the one that began last may write.
 * SPEC: client/replica/SPEC.md, R66.
 */
import { equalJson, type Json } from '../../../shared/kernel/json.ts'
import type { Cursor } from '../../../shared/protocol/messages.ts'
import { type PullPosition, pagesTo } from './sealed-rows.ts'
import { readMeta, type StoreCore } from './store-core.ts'
import type { StoreReads } from './store-reads.ts'

/** As a pull found it when it began, or left it with its last page. */
export interface PullPoint {
  readonly cursor: Cursor | undefined
  readonly position: PullPosition | undefined
}

/** What comes is late: another tab or connection has gone on, or the server's history is another one. */
export class Overtaken extends Error {
  override readonly name = 'Overtaken'
}

export const readPoint = async (reads: StoreReads): Promise<PullPoint> => ({
  cursor: await readMeta(reads, 'cursor'),
  position: await readMeta(reads, 'pull'),
})

/** The cursor may move on meanwhile by what is announced, but only within the history that the pull began in. */
export function mustBeAt(now: PullPoint, expected: PullPoint): void {
  const same = (a: PullPosition | undefined) => (a ?? null) as Json
  if (now.cursor?.e !== expected.cursor?.e || !equalJson(same(now.position), same(expected.position)))
    throw new Overtaken('another pull has gone on')
}

/** The history that counts: of the reset under way, or else of what is here. */
export const historyOf = ({ cursor, position }: PullPoint): number | undefined =>
  position?.pages === undefined ? cursor?.e : position.e

export interface Pulls {
  /** Name of a new pull. */
  name(): string
  point(): Promise<PullPoint>
  /** Makes the pull one's own, if it still stands where it was found: nobody else who is at it can write a page any more. */
  takeOver(found: PullPoint, position: PullPosition): Promise<PullPoint>
}

export function createPulls(core: StoreCore): Pulls {
  let named = 0
  return {
    name() {
      named += 1
      return `${core.writer}.${named}`
    },
    point: () => core.read(readPoint),
    takeOver: (found, position) =>
      core.update(readPoint, async (now) => {
        mustBeAt(now, found)
        // One that begins anew forgets what the one before has brought.
        const forgotten = position.pages === 0 ? pagesTo(found.position?.pages ?? 0) : []
        return {
          changes: { meta: { pull: position }, dropMeta: forgotten },
          result: { cursor: now.cursor, position },
        }
      }),
  }
}
